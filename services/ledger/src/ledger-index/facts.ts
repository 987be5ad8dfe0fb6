import { runStream } from '@marketops/contracts';
import { isIndexKey as isKey, type RunRow } from '@marketops/journal';

/**
 * What the index keeps of an event. Taken when the event is examined, so that the event itself need not live until its
 * batch is indexed: it is by far the largest thing there, and the garbage collector would copy it again and again.
 */
export interface EventFacts {
  /** Empty where there is none, or none that is looked up by. */
  readonly id: string;
  readonly runId: string;
  readonly more: TypeFacts | undefined;
}

/** Of the few types that are found by something else. */
interface TypeFacts {
  /** The event is the first of a run. */
  readonly run?: Omit<RunRow, 'sequence'>;
  /** The event issues this receipt. */
  readonly receiptId?: string;
  /** The event refuses a job that claimed these. */
  readonly claimedRun?: string;
  readonly claimedReceipt?: string;
  readonly quarantined?: readonly [stream: string, evidenceDigest: string];
}

/** Of any event, known or not: what has not the expected form is left out. */
export function factsOf(event: object): EventFacts {
  const members = membersOf(event);
  const { id, run_id: runId } = members;
  return { id: isKey(id) ? id : '', runId: isKey(runId) ? runId : '', more: moreOf(members) };
}

function moreOf(event: Readonly<Record<string, unknown>>): TypeFacts | undefined {
  const { type, seq, stream, run_id: runId } = event;
  const run = seq === 1 && isKey(runId) && stream === runStream(runId) ? runOf(event, runId) : undefined;
  const typed = byType(type, event['data']);
  return run === undefined ? typed : { run, ...typed };
}

function runOf(
  { tenant_id: tenantId, mode, time }: Readonly<Record<string, unknown>>,
  runId: string,
): Omit<RunRow, 'sequence'> {
  return {
    runId,
    tenantId: isKey(tenantId) ? tenantId : null,
    mode: isKey(mode) ? mode : null,
    time: isKey(time) ? time : '',
  };
}

function byType(type: unknown, data: unknown): TypeFacts | undefined {
  switch (type) {
    case 'receipt.issued': {
      const { receipt_id: receiptId } = membersOf(membersOf(data)['receipt']);
      return isKey(receiptId) ? { receiptId } : undefined;
    }
    case 'gate.refused': {
      const { claimed_run_id: run, claimed_receipt_id: receipt } = membersOf(data);
      return {
        ...(isKey(run) ? { claimedRun: run } : {}),
        ...(isKey(receipt) ? { claimedReceipt: receipt } : {}),
      };
    }
    // Of a run, and not of its streams: whoever asks for what was said about a run elsewhere finds it there.
    case 'blob.erased': {
      const { run_id: run } = membersOf(data);
      return isKey(run) ? { claimedRun: run } : undefined;
    }
    case 'stream.quarantined': {
      const { stream, evidence_digest: digest } = membersOf(data);
      return isKey(stream) && isKey(digest) ? { quarantined: [stream, digest] } : undefined;
    }
    default:
      return undefined;
  }
}

/** Of an unknown version the data may be anything. */
const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  (value ?? {}) as Record<string, unknown>;
