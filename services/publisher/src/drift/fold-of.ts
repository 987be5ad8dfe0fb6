import { foldOperation, type OperationState } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';

export interface FoldedOperation {
  readonly state: OperationState;
  readonly lastSeq: number;
  /** Of the first start there ever was: a redrive forgets it, GitHub does not. */
  readonly startedAt: string | undefined;
}

/** An operation as its verified stream says. */
export async function foldOf(reader: VerifiedReader, stream: string): Promise<FoldedOperation> {
  const [view] = await reader.read([stream]);
  const events = view?.events ?? [];
  const startedAt = events.find(({ type }) => type === 'operation.started')?.time;
  return { state: foldOperation(events), lastSeq: view?.lastSeq ?? 0, startedAt };
}
