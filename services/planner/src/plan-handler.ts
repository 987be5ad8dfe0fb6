import { resolve } from 'node:path';
import {
  Fault,
  foldRun,
  InputError,
  InvariantError,
  initialRun,
  invariant,
  type PlanRequest,
  type Reason,
  type RunState,
  runStream,
} from '@marketops/contracts';
import {
  authorizationJob,
  commit,
  type Engine,
  type Handler,
  handle,
  type IncomingJob,
  runJob,
} from '@marketops/engine';
import type { CryptoPort } from '@marketops/proof';
import { type RetiredRun, RunRetiredError, StoreError } from '@marketops/store';
import { decidePlan, decideRejected, decideRequested } from './decide-plan.js';
import { openArtifacts } from './ports/artifacts.js';
import type { Discovery } from './ports/discovery.js';
import type { PlanTrigger, PrincipalGrant } from './request.js';
import { parsePlanJob } from './request.js';
import { retryFault } from './retry.js';
import { takeIn } from './sealed-requests.js';
import { discover } from './stages/1-discover.js';
import { select } from './stages/2-select.js';
import { verify } from './stages/3-verify.js';
import { evaluate } from './stages/4-evaluate.js';
import { type Planned, plan } from './stages/5-plan.js';
import { execute } from './stages/6-execute.js';
import type { Facts } from './stages/facts.js';

export interface PlanPorts {
  readonly crypto: CryptoPort;
  readonly discovery: Discovery;
  readonly accounts: ReadonlySet<string>;
}

type Gathered =
  | { readonly rejected: InputError }
  | {
      readonly facts: Facts;
      readonly planned: Planned;
      readonly blocked: ReadonlyMap<string, Reason>;
      readonly nowMs: number;
    };

/**
 * `plan.requested`: a request becomes a run and a publication plan, in one append. Where the world cannot be read just
 * now, the request alone is recorded first, so that the run exists and the sweeper knows it.
 */
export function planHandler(
  engine: Engine,
  ports: PlanPorts,
  principal: string,
  grant: PrincipalGrant,
): (job: IncomingJob) => Promise<void> {
  const artifacts = openArtifacts(
    engine.blobs,
    grant.artifacts_root === undefined ? undefined : resolve(engine.loaded.root, grant.artifacts_root),
    engine.loaded.dataDir,
  );
  const { tuning } = engine.loaded;
  const sources = { ...ports, artifacts };

  /** So that a run that has to wait can be seen, and is swept. Where it stands already, that is as well. */
  const recordRequest = async (trigger: PlanTrigger, request: PlanRequest): Promise<void> => {
    const deadlineMs = engine.clock.nowMs() + tuning.runDeadlineMs;
    try {
      await commit(engine, decideRequested(ports.crypto, trigger, request, deadlineMs));
    } catch (fault) {
      if (!(fault instanceof StoreError && fault.code === 'append_conflict')) throw fault;
    }
  };

  const handler: Handler<PlanTrigger, RunState | RetiredRun, Gathered> = {
    parse: (job) => parsePlanJob(ports.crypto, principal, grant, job),

    // Most requests are new; one that is delivered again has been tried before.
    assume: (_trigger, job) => (job.attempt === 1 ? initialRun : undefined),

    async load(trigger) {
      try {
        const [view] = await engine.reader.read([runStream(trigger.runId)]);
        return foldRun(view?.events ?? []);
      } catch (fault) {
        if (fault instanceof RunRetiredError) return fault.retired;
        throw fault;
      }
    },

    handled(state, trigger) {
      if ('endedAt' in state) {
        refuseAnother(state, trigger);
        return [];
      }
      const earlier = state.requested?.data.request_digest;
      if (earlier !== undefined && earlier !== trigger.requestDigest) {
        throw new InputError(
          'idempotency_conflict',
          `the idempotency key ${trigger.idempotencyKey} already names ${trigger.runId}, which was asked for something else`,
          { next: 'Use a new idempotency key for a new request.' },
        );
      }
      if (state.status === 'none' || state.status === 'requested') return undefined;
      if (state.status === 'rejected' && !('rejected' in trigger.request)) {
        throw new InputError(
          'idempotency_conflict',
          `the idempotency key ${trigger.idempotencyKey} already names ${trigger.runId}, which was rejected`,
          { next: 'Use a new idempotency key for the corrected request.' },
        );
      }
      // Federation answers whatever is free, and what it has answered before it does not answer again.
      return state.status === 'planned'
        ? [authorizationJob(trigger.runId, 'planned'), runJob(trigger.runId)]
        : [];
    },

    async gather(loaded, trigger) {
      const state = present(loaded);
      const { request } = trigger;
      if ('rejected' in request) return { rejected: request.rejected };
      const unfit = await retryFault(engine.reader, trigger);
      if (unfit !== undefined) return { rejected: unfit };
      try {
        const facts = await discover(request, sources);
        const selected = select(request, facts);
        const missing = verify(selected);
        const planned = plan(ports.crypto, trigger, selected, evaluate(selected, missing));
        const blocked =
          trigger.mode === 'prod' ? new Map<string, Reason>() : await execute(planned.operations.values());
        return { facts, planned, blocked, nowMs: engine.clock.nowMs() };
      } catch (fault) {
        if (!(fault instanceof Fault) || fault instanceof InvariantError) throw fault;
        if (fault instanceof InputError) return { rejected: fault };
        // What the world will answer again tomorrow is the plan's fate, and an event like any other refusal.
        if (fault.retry === 'terminal') return { rejected: unreadable(fault) };
        if (state.status === 'none') await recordRequest(trigger, request);
        throw fault;
      }
    },

    decide(loaded, trigger, gathered) {
      const state = present(loaded);
      if ('rejected' in gathered) return decideRejected(state, trigger, gathered.rejected);
      return decidePlan(ports.crypto, state, trigger, gathered, gathered.nowMs + tuning.runDeadlineMs);
    },
  };

  return async (job) => {
    const trigger = await takeIn(engine, ports.crypto, principal, grant, job);
    if (trigger === 'erased') return;
    await handle(engine, { ...handler, parse: () => trigger }, job);
    // The refusal is in the ledger; the job ends as failed, so that whoever looks at the queue sees it too. A sealed one ends
    // without a word: failed jobs are kept, with what they ask for in the open.
    if ('rejected' in trigger.request && !trigger.sealed) throw trigger.request.rejected;
  };
}

function present(state: RunState | RetiredRun): RunState {
  invariant(!('endedAt' in state), 'a run that has left Redis has been handled');
  return state;
}

/** The same request again is the run it was, wherever that is by now. @throws InputError `idempotency_conflict` */
function refuseAnother({ requestDigest, status }: RetiredRun, trigger: PlanTrigger): void {
  const isRejected = status === 'rejected';
  const isSame = requestDigest === null ? isRejected : requestDigest === trigger.requestDigest;
  if (isSame && (!isRejected || 'rejected' in trigger.request)) return;
  throw new InputError(
    'idempotency_conflict',
    `the idempotency key ${trigger.idempotencyKey} already names ${trigger.runId}, which ${isSame ? 'was rejected' : 'was asked for something else'} and has ended`,
    { next: 'Use a new idempotency key for a new request.' },
  );
}

const unreadable = (cause: Fault): InputError =>
  new InputError(
    'discovery_failed',
    `what the plan depends on cannot be read: ${cause.message}`.slice(0, 1_000),
    {
      next: cause.next,
      cause,
    },
  );
