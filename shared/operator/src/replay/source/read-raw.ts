import { LedgerEntry, limits, readStatement, type Statement } from '@marketops/contracts';
import { ProofError, parseCanonicalJson } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { eventBytesOf, type JournalCommit, type JournalErrorCode, readCommit } from '@marketops/verifier';
import type { RawSegment, SegmentEntry } from './segment.js';
import type { ReplayTrust } from './trust.js';

/** Makes the fault of whoever reads a line: it knows where that stands. */
export type FaultAt = (code: JournalErrorCode, what: string, cause?: unknown) => Error;

/** Those of an entry, whose event stands one level down. */
const caps = { bytesMax: limits.ledgerEntryBytesMax, depthMax: limits.jsonDepthMax + 1 };

const why = (cause: unknown): string =>
  cause instanceof ProofError ? `: ${cause.message.slice(0, 200)}` : '';

function read<Value>(make: () => Value, fail: (cause: unknown) => Error): Value {
  try {
    return make();
  } catch (cause) {
    throw fail(cause);
  }
}

/**
 * A segment from the text of its lines, which may be anybody's: whatever they are, what is thrown is a fault with a place.
 * @param name tells it from every other segment of the journal
 * @throws what `faultAt` makes
 */
export function readRaw(
  { statement: text, entries }: { readonly statement: string; readonly entries: readonly string[] },
  name: string,
  faultAt: FaultAt,
): RawSegment {
  const parsed = entries.map((bytes) =>
    read(
      () => LedgerEntry.parse(parseCanonicalJson(bytes, caps)),
      (cause) => faultAt('entry_changed', `an entry cannot be read${why(cause)}`, cause),
    ),
  );
  const statement = read(
    () => statementOf(text),
    (cause) => faultAt('statement_invalid', `a statement cannot be read${why(cause)}`, cause),
  );
  const { stream, seq } = parsed[0]?.event ?? {};
  if (parsed.length === 0) throw faultAt('statement_mismatch', 'a statement has no entry');
  if (typeof stream !== 'string' || typeof seq !== 'number')
    throw faultAt('entry_changed', 'the event of an entry has no place');
  return {
    ...{ stream, statement, name, firstSeq: seq },
    entries: parsed.map(({ sequence }, at): SegmentEntry => {
      const bytes = entries[at] ?? '';
      return { sequence, hash: nodeCrypto.sha256Hex(bytes), eventBytes: eventBytesOf(bytes, sequence) };
    }),
  };
}

/** Its bytes stand as its actor wrote them, in no canonical form: every entry names their digest. */
function statementOf(text: string): Statement {
  const statement = readStatement(JSON.parse(text));
  if (statement === undefined) throw new TypeError('it has not the form of a statement');
  return statement;
}

/** The ledger's commit from the text of its line. @throws what `faultAt` makes */
export function readCommitLine(text: string, trust: ReplayTrust, faultAt: FaultAt): JournalCommit {
  try {
    return readCommit(nodeCrypto, text, trust.keyring);
  } catch (cause) {
    throw faultAt('commit_invalid', `a commit is not what the ledger signed${why(cause)}`, cause);
  }
}
