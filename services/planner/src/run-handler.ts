import {
  type EventOf,
  foldOperation,
  foldRun,
  guarded,
  InputError,
  type MarketOpsEvent,
  type OperationState,
  operationStream,
  PlanRequest,
  PublicationPlan,
  RunHint,
  type RunState,
  runStream,
} from '@marketops/contracts';
import {
  audienceOf,
  type Decision,
  type Engine,
  eraseJob,
  type Handler,
  handle,
  type IncomingJob,
  readContained,
} from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { StoreError } from '@marketops/store';
import { decideRedrive } from './decide-redrive.js';
import { asItStood, decideRun, type RunView } from './decide-run.js';
import { erasureOf } from './erase-handler.js';
import { type JudgedOrder, judgeOrder, openOrder, type Vouching } from './redrive-order.js';

const hintOf = guarded(RunHint);

interface RunTrigger {
  readonly runId: string;
  /** Set by the sweeper: nothing has been heard for too long, so what is missing is enqueued anew. */
  readonly sweep: boolean;
}

interface LoadedRun extends RunView {
  /** The running digests of the run's own stream. */
  readonly digests: readonly string[];
  /** How the run had ended, where its contents were erased before an order opened it again; then nothing of it can be done. */
  readonly stood?: EventOf<'run.completed'> | undefined;
}

interface RunFacts {
  readonly nowMs: number;
  readonly order: JudgedOrder | undefined;
  /** The order to erase that keeps what was to be redriven from it. */
  readonly erasure?: EventOf<'blob.erased'> | undefined;
}

/**
 * `{runs}`: something about a run's operations has changed. Releases what waited for a success, skips what a failure
 * took down, redrives what an operator ordered, completes the run when nothing is open. It reads everything anew each time, so any number of triggers
 * may become one, and a lost one is made good by the next or by the sweeper.
 */
export function runHandler(engine: Engine, vouches: Vouching): (job: IncomingJob) => Promise<void> {
  const { tuning } = engine.loaded;
  const audience = audienceOf(engine.loaded);

  const judged = async (view: LoadedRun, nowMs: number): Promise<JudgedOrder | undefined> => {
    const event = openOrder(view);
    if (event === undefined) return undefined;
    const trust = { crypto: nodeCrypto, keyring: engine.keyring, audience };
    const order = await judgeOrder(
      { trust, vouches, nowMs, holdMs: tuning.holdMs },
      view,
      view.digests,
      event,
    );
    if (order.fault !== undefined) {
      const { principal, command_id } = event.data.command;
      const told = { run_id: view.runId, principal, command_id, fault: order.fault };
      engine.log.warn(told, 'an order to redrive does not count');
    }
    return order;
  };

  const handler: Handler<RunTrigger, LoadedRun, RunFacts> = {
    parse(job) {
      const { sweep, ...rest } = (job.data ?? {}) as { sweep?: unknown };
      const hint = hintOf.safeParse(rest);
      if (!hint.success)
        throw new InputError('request_malformed', 'the job names no run', {
          next: 'Nothing to do: jobs of this queue are made by the engine.',
        });
      return { runId: hint.data.run_id, sweep: sweep === true };
    },

    async load({ runId, sweep }) {
      const [runView] = await engine.reader.read([runStream(runId)]);
      const run = foldRun(runView?.events ?? []);
      const stood = endBefore(runView?.events ?? []);
      const plan = run.status === 'planned' ? await planOf(engine, run).catch(unlessErased(stood)) : null;
      const isErased = run.status === 'planned' && plan === null;
      const ids = plan?.operations.map(({ operation_id }) => operation_id) ?? [];
      const views = await engine.reader.read(ids.map((id) => operationStream(runId, id)));
      const operations = new Map<string, OperationState>();
      let lastEventAt = runView?.events.at(-1)?.time ?? '';
      for (const [index, id] of ids.entries()) {
        const events = views[index]?.events ?? [];
        operations.set(id, foldOperation(events));
        const time = events.at(-1)?.time ?? '';
        if (time > lastEventAt) lastEventAt = time;
      }
      const isSealed = 'sealed' in (run.requested?.data.request ?? {});
      const isAskedAgain = run.status === 'requested' && sweep && !isSealed;
      const request = isAskedAgain ? await requestOf(engine, run) : null;
      const digests = runView?.digests ?? [];
      const view = { runId, sweep, run, plan, request, operations, lastEventAt, digests };
      return isErased ? { ...view, stood } : view;
    },

    // Looking again is always safe: what is done already yields no event.
    handled: () => undefined,
    async gather(view) {
      const nowMs = engine.clock.nowMs();
      const order = await judged(view, nowMs);
      if (order === undefined || order.fault !== undefined) return { nowMs, order };
      // Looked for after the order to redrive stands, as an erasure looks at the run after its own: one sees the other.
      const erasure = await erasureOf(engine, view.runId);
      if (erasure === undefined) return { nowMs, order };
      const fault = 'what the run holds is to be erased';
      const { principal, command_id } = order.event.data.command;
      engine.log.warn(
        { run_id: view.runId, principal, command_id, fault },
        'an order to redrive does not count',
      );
      return { nowMs, order: { ...order, fault }, erasure };
    },
    decide(view, _trigger, { nowMs, order, erasure }) {
      if (view.stood !== undefined) return asItStood(view, view.stood);
      const decision: Decision =
        (order && decideRedrive(view, order, nowMs, tuning)) ?? decideRun(view, nowMs, tuning);
      // The erasure had to wait for this end.
      return erasure === undefined
        ? decision
        : { ...decision, jobs: [...decision.jobs, eraseJob(erasure.data.command)] };
    },
  };
  return (job) => handle(engine, handler, job);
}

/** How the run ended last, unless something of it was begun again since. */
function endBefore(events: readonly MarketOpsEvent[]): EventOf<'run.completed'> | undefined {
  const last = events.findLast(({ type }) => type === 'run.completed' || type === 'redrive.taken');
  return last?.type === 'run.completed' ? last : undefined;
}

const unlessErased =
  (stood: EventOf<'run.completed'> | undefined) =>
  (fault: unknown): null => {
    if (stood !== undefined && fault instanceof StoreError && fault.code === 'blob_erased') return null;
    throw fault;
  };

async function planOf(engine: Engine, run: RunState): Promise<PublicationPlan | null> {
  const { planned } = run;
  return planned === undefined
    ? null
    : readContained(engine.blobs, planned, planned.data.plan, PublicationPlan);
}

async function requestOf(engine: Engine, run: RunState): Promise<PlanRequest | null> {
  const { requested } = run;
  return requested === undefined
    ? null
    : readContained(engine.blobs, requested, requested.data.request, PlanRequest);
}
