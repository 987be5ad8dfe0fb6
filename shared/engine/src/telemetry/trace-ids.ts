import { createHash } from 'node:crypto';
import { OperationId, RunId } from '@marketops/contracts';

/** The ids of a run and an operation, where there are any; what is not formed like one is none of ours and is left out. */
export interface Subject {
  readonly runId?: string;
  readonly operationId?: string;
}

/** What a job's data, or anything else that names them so, is about. Any value may stand there. */
export function subjectOf(data: unknown): Subject {
  if (typeof data !== 'object' || data === null) return {};
  const { run_id: runId, operation_id: operationId } = data as Readonly<Record<string, unknown>>;
  const run = RunId.safeParse(runId);
  if (!run.success) return {};
  const operation = OperationId.safeParse(operationId);
  return { runId: run.data, ...(operation.success ? { operationId: operation.data } : {}) };
}

/** The same of a stream's name: `run/<run_id>` or `op/<run_id>/<operation_id>`. */
export function subjectOfStream(stream: unknown): Subject {
  if (typeof stream !== 'string' || stream.length > 200) return {};
  const [kind, runId, operationId] = stream.split('/');
  if (kind !== 'run' && kind !== 'op') return {};
  return subjectOf({ run_id: runId, operation_id: operationId });
}

/** As a log line says it. */
export const namedIds = ({ runId, operationId }: Subject): { run_id?: string; operation_id?: string } => ({
  ...(runId === undefined ? {} : { run_id: runId }),
  ...(operationId === undefined ? {} : { operation_id: operationId }),
});

const digestOf = (runId: string): string =>
  createHash('sha256').update(`marketops-trace\n${runId}`).digest('hex');

/**
 * The trace of a run, in lower-case hexadecimal as W3C Trace Context has it. It follows from the run's id: whoever enqueues a
 * job again (the relay, a sweep, a repair after the loss of Redis) and whoever reads one that another process grouped with
 * others belongs to the same trace, and no job's data is believed for it.
 */
export const traceIdOf = (runId: string): string => digestOf(runId).slice(0, 32);
/** The span that all others of the run are below. */
export const rootSpanIdOf = (runId: string): string => digestOf(runId).slice(32, 48);
/** The same as a `traceparent`. */
export const traceparentOf = (runId: string): string => `00-${traceIdOf(runId)}-${rootSpanIdOf(runId)}-01`;
