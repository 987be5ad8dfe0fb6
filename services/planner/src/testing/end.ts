import { type EventDraft, operationStream } from '@marketops/contracts';
import type { Harness } from './harness.js';

const execution = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** The publisher's word on how an operation ended. */
export async function sayEnd(
  its: Harness,
  runId: string,
  id: string,
  type: 'operation.succeeded' | 'operation.failed' | 'operation.uncertain',
): Promise<void> {
  const { lastSeq, planned } = await its.operation(runId, id);
  const audit = {
    operation_id: id,
    run_id: runId,
    operation_kind: planned?.data.operation_kind ?? ('tag_repo' as const),
    receipt_id: null,
    repository: 'acme/widgets',
    status: type === 'operation.succeeded' ? ('success' as const) : ('failed' as const),
    mode: 'prod' as const,
    started_at: '2026-01-31T12:00:00.000Z',
    completed_at: '2026-01-31T12:00:01.000Z',
    result: null,
    error_message: null,
    error_code: null,
    github_response: null,
    retry_count: 0,
  };
  const stream = operationStream(runId, id);
  const reason = { code: 'effect_unknown', message: 'Nobody knows.', remedy: 'Reconcile it.' };
  const data = {
    execution_id: execution,
    audit,
    ...(type === 'operation.uncertain' ? { reason } : {}),
  };
  await its.engine.say('publisher', stream, lastSeq, [{ type, data } as EventDraft]);
}
