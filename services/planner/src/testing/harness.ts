import {
  foldOperation,
  foldRun,
  type OperationState,
  operationStream,
  type RunState,
  runStream,
} from '@marketops/contracts';
import { type AwaitedEvent, type IncomingJob, queueNames } from '@marketops/engine';
import {
  incomingJob,
  openTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '@marketops/engine/testing';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { startPlanner } from '../start.js';
import { type World, world } from './world.js';

/** A planner with its world, over a store in memory. */
export interface Harness {
  readonly engine: TestEngine;
  readonly world: World;
  /** Whether the ledger vouches for what it is asked about; changed by a test. */
  readonly ledger: { vouches: boolean; readonly asked: (AwaitedEvent & { readonly stream: string })[] };
  /** Puts a job into a principal's queue and lets the planner work it. */
  plan(data: unknown, job?: Partial<IncomingJob>, principal?: string): Promise<void>;
  cancel(data: unknown, principal?: string): Promise<void>;
  look(runId: string, sweep?: boolean): Promise<void>;
  run(runId: string): Promise<RunState>;
  operation(runId: string, id: string): Promise<OperationState>;
}

export const principals = {
  ci: { tenants: ['acme'], modes: ['dry_run', 'prod'], artifacts_root: 'artifacts' },
  intern: { tenants: ['acme'], modes: ['dry_run'] },
};

export async function openHarness(options: Partial<TestEngineOptions> = {}): Promise<Harness> {
  const engine = await openTestEngine({
    actor: 'planner',
    ...options,
    config: { principals, ...options.config },
  });
  const its = world();
  const ledger: Harness['ledger'] = { vouches: true, asked: [] };
  const vouches = async (stream: string, awaited: AwaitedEvent): Promise<boolean> => {
    ledger.asked.push({ stream, ...awaited });
    return Promise.resolve(ledger.vouches);
  };
  startPlanner(engine, { discovery: its.discovery, vouches });
  const work = async (queue: string, job: Partial<IncomingJob>) => {
    const process = engine.workers.get(queue);
    if (process === undefined) throw new RangeError(`nobody works ${queue}`);
    await process(incomingJob({ queue, ...job }));
  };
  return {
    engine,
    world: its,
    ledger,
    plan: (data, job = {}, principal = 'ci') =>
      work(queueNames.plans(principal), { name: 'plan.requested', data, ...job }),
    cancel: (data, principal = 'ci') => work(queueNames.plans(principal), { name: 'run.cancel', data }),
    look: (runId, sweep = false) =>
      work(queueNames.runs, { name: 'run.changed', data: { run_id: runId, ...(sweep ? { sweep } : {}) } }),
    run: async (runId) => foldRun(await engine.events(runStream(runId))),
    operation: async (runId, id) => foldOperation(await engine.events(operationStream(runId, id))),
  };
}

export const runIdOf = (idempotencyKey: string, principal = 'ci', tenantId = 'acme'): string =>
  deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey });

/** A plan of one tag. */
export const tagRequest = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  tenant_id: 'acme',
  mode: 'prod',
  idempotency_key: 'k1',
  repository: 'acme/widgets',
  operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1.1.0' }],
  ...over,
});

/** A tag, a release that waits for it, and a pull request that waits for the release. */
export const releaseRequest = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  tagRequest({
    operations: [
      { id: 'tag', kind: 'tag_repo', tag_name: 'v1.1.0' },
      {
        id: 'release',
        kind: 'publish_release',
        depends_on: ['tag'],
        tag_name: 'v1.1.0',
        release_name: 'W 1.1',
      },
      { id: 'pr', kind: 'open_pr', depends_on: ['release'], head: 'release-1', base: 'main', title: 'Merge' },
    ],
    ...over,
  });
