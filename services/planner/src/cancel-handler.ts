import {
  CancelRequest,
  foldRun,
  InputError,
  type RunState,
  runStream,
  standingOf,
} from '@marketops/contracts';
import { type Engine, type Handler, handle, type IncomingJob, runJob } from '@marketops/engine';

/**
 * `run.cancel`: what has not started will not. A cancel of a run that has ended, or a second one, changes nothing.
 * Only the principal whose run it is may cancel it: the queue says who that is.
 */
export function cancelHandler(engine: Engine, principal: string): (job: IncomingJob) => Promise<void> {
  const handler: Handler<CancelRequest, RunState, undefined> = {
    parse(job) {
      const parsed = CancelRequest.safeParse(job.data);
      if (!parsed.success)
        throw new InputError('request_malformed', 'the job is not a cancel request', {
          next: 'Give run_id and reason.',
        });
      return parsed.data;
    },
    async load({ run_id }) {
      const [view] = await engine.reader.read([runStream(run_id)]);
      return foldRun(view?.events ?? []);
    },
    handled(run, { run_id }) {
      if (run.requested?.data.principal !== principal) {
        throw new InputError('principal_not_allowed', `${principal} has no run ${run_id}`, {
          next: 'Cancel it through the queue of the principal that asked for it.',
        });
      }
      const over = run.status === 'completed' || run.status === 'rejected';
      return over || run.cancelRequested !== undefined ? [runJob(run_id)] : undefined;
    },
    gather: async () => Promise.resolve(undefined),
    decide: (run, { run_id, reason }) => ({
      context: {
        tenantId: run.tenantId,
        runId: run_id,
        mode: run.mode,
        causationId: `cancel:${principal}`,
        correlationId: run_id,
      },
      streams: [
        {
          stream: runStream(run_id),
          ...standingOf(run),
          events: [{ type: 'run.cancel_requested', data: { principal, reason } }],
        },
      ],
      jobs: [runJob(run_id)],
    }),
  };
  return (job) => handle(engine, handler, job);
}
