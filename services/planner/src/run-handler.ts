import {
  foldOperation,
  foldRun,
  guarded,
  InputError,
  type OperationState,
  operationStream,
  PlanRequest,
  PublicationPlan,
  RunHint,
  type RunState,
  runStream,
} from '@marketops/contracts';
import { type Engine, type Handler, handle, type IncomingJob, readContained } from '@marketops/engine';
import { decideRun, type RunView } from './decide-run.js';

const hintOf = guarded(RunHint);

interface RunTrigger {
  readonly runId: string;
  /** Set by the sweeper: nothing has been heard for too long, so what is missing is enqueued anew. */
  readonly sweep: boolean;
}

/**
 * `{runs}`: something about a run's operations has changed. Releases what waited for a success, skips what a failure
 * took down, completes the run when nothing is open. It reads everything anew each time, so any number of triggers
 * may become one, and a lost one is made good by the next or by the sweeper.
 */
export function runHandler(engine: Engine): (job: IncomingJob) => Promise<void> {
  const handler: Handler<RunTrigger, RunView, { readonly nowMs: number }> = {
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
      const plan = run.status === 'planned' ? await planOf(engine, run) : null;
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
      const request = run.status === 'requested' && sweep ? await requestOf(engine, run) : null;
      return { runId, sweep, run, plan, request, operations, lastEventAt };
    },

    // Looking again is always safe: what is done already yields no event.
    handled: () => undefined,
    gather: async () => Promise.resolve({ nowMs: engine.clock.nowMs() }),
    decide: (view, _trigger, { nowMs }) => decideRun(view, nowMs, engine.loaded.tuning),
  };
  return (job) => handle(engine, handler, job);
}

async function planOf(engine: Engine, run: RunState): Promise<PublicationPlan | null> {
  const contained = run.planned?.data.plan;
  return contained === undefined ? null : readContained(engine.blobs, contained, PublicationPlan);
}

async function requestOf(engine: Engine, run: RunState): Promise<PlanRequest | null> {
  const contained = run.requested?.data.request;
  return contained === undefined ? null : readContained(engine.blobs, contained, PlanRequest);
}
