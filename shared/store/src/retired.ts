import { partitionKey, systemStream } from '@marketops/contracts';
import { StoreError } from './errors.js';

/**
 * What is left in Redis of a run that has ended and was taken out: enough to know a repeated request, and to tell whoever
 * looks for it where it is. Nothing vouches for it: whoever can write Redis can write this, and stall the run with it, as
 * they can otherwise. What counts is in the ledger.
 */
export interface RetiredRun {
  readonly runId: string;
  /** Hex SHA-256 of the request; null where it could not be read, so that the run was rejected. */
  readonly requestDigest: string | null;
  readonly principal: string | null;
  readonly tenantId: string;
  /** As `run.completed` says it, or `rejected`. */
  readonly status: string;
  /** Of the run's own stream. */
  readonly lastSeq: number;
  /** UTC, of the last event in any of its streams. */
  readonly endedAt: string;
}

const charsMax = 1_000;

/** One line of JSON; its members are short, for there may be millions. The run's id is in the key. */
export const encodeRetired = (run: RetiredRun): string =>
  JSON.stringify({
    request: run.requestDigest,
    by: run.principal,
    tenant: run.tenantId,
    status: run.status,
    seq: run.lastSeq,
    ended: run.endedAt,
  });

/** Undefined where the text is not what `encodeRetired` makes. */
export function decodeRetired(runId: string, text: string): RetiredRun | undefined {
  if (text.length > charsMax) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { request, by, tenant, status, seq, ended } = value as Readonly<Record<string, unknown>>;
  const isTextOrNull = (one: unknown): one is string | null => one === null || typeof one === 'string';
  if (!isTextOrNull(request) || !isTextOrNull(by)) return undefined;
  if (typeof tenant !== 'string' || typeof status !== 'string' || typeof ended !== 'string') return undefined;
  if (!Number.isSafeInteger(seq) || Number(seq) < 1 || Number.isNaN(Date.parse(ended))) return undefined;
  return {
    runId,
    requestDigest: request,
    principal: by,
    tenantId: tenant,
    status,
    lastSeq: Number(seq),
    endedAt: ended,
  };
}

/** The run that a stream belongs to; undefined for `system`, which is never retired. */
export const runOfStream = (stream: string): string | undefined =>
  stream === systemStream ? undefined : partitionKey(stream);

/** A stream was asked for whose run has left Redis. It is not absent: nothing may begin under its name. */
export class RunRetiredError extends StoreError {
  readonly retired: RetiredRun;
  constructor(retired: RetiredRun) {
    super(
      'run_retired',
      `${retired.runId} ended on ${retired.endedAt} (${retired.status}) and has left Redis; the ledger has it`,
      {
        next: `Read it where the ledger is: marketops show ${retired.runId}. What is to be done again needs a new request under a new idempotency key.`,
      },
    );
    this.retired = retired;
  }
}

/** What a tombstone answers whoever reads a stream or appends to it. @returns RunRetiredError, or `stream_suspect` (hold) for junk */
export function retiredFault(runId: string, text: string): StoreError {
  const retired = decodeRetired(runId, text);
  if (retired !== undefined) return new RunRetiredError(retired);
  return new StoreError(
    'stream_suspect',
    `what stands in the place of ${runId} is no tombstone of a ledger`,
    {
      next: 'Nothing acts on this run. Order marketops ledger rebuild --yes: it writes the tombstone again.',
      retry: 'hold',
    },
  );
}
