import {
  type Advisory,
  foldOperation,
  type Operation,
  type OperationState,
  operationStream,
  type Receipt,
  runStream,
} from '@marketops/contracts';
import { audienceOf } from '@marketops/engine';
import {
  incomingJob,
  openTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '@marketops/engine/testing';
import { nodeCrypto } from '@marketops/proof/node';
import { allowListPolicy } from '../allow-list.js';
import { authorizationHandler } from '../authorization-handler.js';
import { openMint } from '../mint.js';
import type { Policy } from '../ports/policy.js';
import { type PlanOptions, runId, sayPlan } from './plan.js';

/** A federation over a store in memory, with plans said by a planner. */
export interface Harness {
  readonly engine: TestEngine;
  plan(operations: readonly Operation[], options?: PlanOptions): Promise<void>;
  /** A job in `{authorizations}`: absent ids mean every operation that is free. */
  ask(operationIds?: readonly string[]): Promise<void>;
  askAs(data: unknown): Promise<void>;
  cancel(): Promise<void>;
  operation(id: string): Promise<OperationState>;
  receipt(id: string): Promise<Receipt | undefined>;
  advisory(id: string): Promise<Advisory | undefined>;
  readonly policy: { current: Policy };
}

export const receiptTtlMs = 3_600_000;

export async function openHarness(options: Partial<TestEngineOptions> = {}): Promise<Harness> {
  const engine = await openTestEngine({ actor: 'federation', ...options });
  const { config } = engine.loaded;
  const policy = { current: allowListPolicy(nodeCrypto, config.policy) };
  const mint = openMint(
    nodeCrypto,
    {
      issuer: config.issuer,
      audience: audienceOf(engine.loaded),
      receiptTtlMs,
    },
    { ed25519: engine.keys.signing('federation', 'mint'), hmac: engine.keys.hmac },
  );
  const asked: Policy = {
    get digest() {
      return policy.current.digest;
    },
    decide: (question) => policy.current.decide(question),
  };
  const work = authorizationHandler(engine, { crypto: nodeCrypto, policy: asked, mint });
  const operation = async (id: string) => foldOperation(await engine.events(operationStream(runId, id)));
  return {
    engine,
    policy,
    plan: async (operations, planOptions) => void (await sayPlan(engine, operations, planOptions)),
    ask: (operationIds) =>
      work(
        incomingJob({
          data: { run_id: runId, ...(operationIds === undefined ? {} : { operation_ids: operationIds }) },
        }),
      ),
    askAs: (data) => work(incomingJob({ data })),
    async cancel() {
      const last = (await engine.events(runStream(runId))).at(-1);
      const draft = { type: 'run.cancel_requested' as const, data: { principal: 'ci', reason: 'enough' } };
      await engine.say('planner', runStream(runId), last?.seq ?? 0, [draft], { mode: last?.mode ?? 'prod' });
    },
    operation,
    receipt: async (id) => (await operation(id)).receipts.at(-1),
    advisory: async (id) => (await operation(id)).advised?.data.advisory,
  };
}
