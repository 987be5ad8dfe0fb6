import {
  type Advisory,
  foldOperation,
  type Operation,
  type OperationState,
  operationStream,
  type Receipt,
  runStream,
} from '@marketops/contracts';
import { type AwaitedEvent, type IncomingJob, queueNames } from '@marketops/engine';
import {
  incomingJob,
  openTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '@marketops/engine/testing';
import { openPolicies, type Policy } from '@marketops/policy';
import { testPolicyFiles } from '@marketops/policy/testing';
import type { MintSigner, OpenKeyring, SigningKey } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { LiveAuthorizer } from '../authorization-handler.js';
import { openAuthorizer, startFederation } from '../start.js';
import { type PlanOptions, runId, sayPlan } from './plan.js';

/** A federation over a store in memory, with plans said by a planner. */
export interface Harness {
  readonly engine: TestEngine;
  plan(operations: readonly Operation[], options?: PlanOptions): Promise<void>;
  /** A job in `{authorizations}`: absent ids mean every operation that is free. */
  ask(operationIds?: readonly string[]): Promise<void>;
  askAs(data: unknown, name?: string): Promise<void>;
  cancel(): Promise<void>;
  operation(id: string): Promise<OperationState>;
  receipt(id: string): Promise<Receipt | undefined>;
  advisory(id: string): Promise<Advisory | undefined>;
  readonly policy: { current: Policy };
  /** Another keyring, as after an edit of its file. */
  trust(keyring: OpenKeyring): void;
  /** Whether the ledger vouches for what it is asked about; changed by a test. */
  readonly ledger: { vouches: boolean; readonly asked: (AwaitedEvent & { readonly stream: string })[] };
  /** For library calls. */
  readonly authorizer: LiveAuthorizer;
}

/** A signer with its key in this process. */
const keyHolder = ({ keyId, key }: { keyId: string; key: SigningKey }): MintSigner => ({
  keyId,
  sign: (bytes) => nodeCrypto.sign(key, bytes),
});

export const receiptTtlMs = 3_600_000;

export async function openHarness(
  options: Partial<TestEngineOptions> & {
    readonly policy?: Policy;
    /** The mint's signer, made from the one in this process. */
    readonly signer?: (local: MintSigner) => MintSigner;
  } = {},
): Promise<Harness> {
  const opened = await openTestEngine({ actor: 'federation', ...options });
  const trusted = { current: opened.keyring };
  const engine: TestEngine = {
    ...opened,
    get keyring() {
      return trusted.current;
    },
  };
  const policy = { current: options.policy ?? openPolicies(nodeCrypto, testPolicyFiles) };
  const asked: Policy = {
    get digest() {
      return policy.current.digest;
    },
    weighsStatements: (kind) => policy.current.weighsStatements(kind),
    decide: (question) => policy.current.decide(question),
  };
  const local = keyHolder(engine.keys.signing('federation', 'mint'));
  const ledger: Harness['ledger'] = { vouches: true, asked: [] };
  const ports = {
    ledger: {
      vouches: async (stream: string, awaited: AwaitedEvent) => {
        ledger.asked.push({ stream, ...awaited });
        return ledger.vouches;
      },
      settled: async () => undefined,
    },
    policy: asked,
    keys: { signer: options.signer?.(local) ?? local, hmac: engine.keys.hmac },
  };
  await startFederation(engine, ports);
  const work = (job: Partial<IncomingJob>): Promise<void> =>
    engine.workers.get(queueNames.authorizations)?.(incomingJob(job)) ?? Promise.reject(new RangeError());
  const operation = async (id: string) => foldOperation(await engine.events(operationStream(runId, id)));
  return {
    engine,
    ledger,
    authorizer: await openAuthorizer(engine, ports),
    policy,
    trust: (keyring) => {
      trusted.current = keyring;
    },
    plan: async (operations, planOptions) => void (await sayPlan(engine, operations, planOptions)),
    ask: (operationIds) =>
      work({
        data: { run_id: runId, ...(operationIds === undefined ? {} : { operation_ids: operationIds }) },
      }),
    askAs: (data, name) => work({ data, ...(name === undefined ? {} : { name }) }),
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
