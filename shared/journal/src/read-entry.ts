import { join } from 'node:path';
import { LedgerEntry, limits, Statement } from '@marketops/contracts';
import { type CryptoPort, ProofError, verifyEntry } from '@marketops/proof';
import { eventBytesOf, type JournalPosition, journalFileName } from '@marketops/verifier';
import { fileAt } from '@marketops/verifier/node';
import { IndexError } from './errors.js';

/** An entry as it stands in the journal. */
export interface LocatedEntry {
  readonly position: JournalPosition;
  readonly entry: LedgerEntry;
  /** The entry's canonical JSON and its SHA-256, the chain's hash at this entry. */
  readonly bytes: string;
  readonly hash: string;
}

/** A whole segment: what a proof of one of its events needs, since the statement covers all of them. */
export interface LocatedSegment {
  readonly statement: Statement;
  /** As stored: `statement_digest` of every entry is its SHA-256. */
  readonly statementLine: string;
  readonly entries: readonly LedgerEntry[];
  /** The canonical JSON of each event. */
  readonly events: readonly string[];
}

/** One append's events on one stream, in entries, with its statement. */
const segmentBytesMax = limits.appendBytesMax * 2;

async function readBytes(
  dir: string,
  position: JournalPosition,
  offset: number,
  length: number,
): Promise<string> {
  const path = join(dir, journalFileName(position));
  try {
    const file = await fileAt(path).open();
    try {
      const buffer = Buffer.alloc(length);
      let held = 0;
      // A sealed file is read member by member.
      for (let read = -1; held < length && read !== 0; held += read)
        read = await file.read(buffer.subarray(held), offset + held);
      if (held === length) return buffer.toString('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw misplaced(position, `${path} cannot be read`, cause);
  }
  throw misplaced(position, `${path} is shorter`);
}

const misplaced = (position: JournalPosition, what: string, cause?: unknown): IndexError =>
  new IndexError('position_invalid', `Entry ${position.sequence} is not where the index says: ${what}.`, {
    place: { file: journalFileName(position), line: 0, sequence: position.sequence },
    cause,
  });

/**
 * Reads one entry, and checks that it is the entry the position names, in canonical form, and names its event truly.
 * Whether it is part of the chain is `verifyJournal`'s question.
 * @param dir the journal's folder
 * @throws IndexError `position_invalid`
 */
export async function readEntry(
  crypto: CryptoPort,
  dir: string,
  position: JournalPosition,
): Promise<LocatedEntry> {
  if (position.length > limits.ledgerEntryBytesMax) throw misplaced(position, 'no entry is that long');
  const bytes = await readBytes(dir, position, position.offset, position.length);
  return { position, bytes, ...parse(crypto, bytes, position) };
}

function parse(
  crypto: CryptoPort,
  bytes: string,
  position: JournalPosition,
): { entry: LedgerEntry; hash: string } {
  try {
    const { prev_hash } = LedgerEntry.parse(JSON.parse(bytes));
    return verifyEntry(crypto, { bytes, expectedSequence: position.sequence, expectedPrevHash: prev_hash });
  } catch (cause) {
    if (cause instanceof ProofError) throw misplaced(position, cause.message.replace(/\.$/, ''), cause);
    throw misplaced(position, 'no entry stands there', cause);
  }
}

/**
 * Reads the segment an entry belongs to. Its signature is the caller's to verify (`readSegment` of proof).
 * @throws IndexError `position_invalid`
 */
export async function readSegmentAt(
  crypto: CryptoPort,
  dir: string,
  position: JournalPosition,
): Promise<LocatedSegment> {
  const { segmentOffset, segmentLength } = position;
  if (segmentLength > segmentBytesMax) throw misplaced(position, 'no segment is that long');
  const [first = '', ...lines] = (await readBytes(dir, position, segmentOffset, segmentLength)).split('\n');
  const statementLine = first.slice(2);
  let statement: Statement;
  try {
    statement = Statement.parse(JSON.parse(statementLine));
  } catch (cause) {
    throw misplaced(position, 'no statement stands above it', cause);
  }
  const digest = crypto.sha256Hex(statementLine);
  const entries = lines.map((line) => {
    const bytes = line.slice(2);
    const sequence = Number(/"sequence":(\d+),"statement_digest":"[0-9a-f]{64}"\}$/.exec(bytes)?.[1] ?? 0);
    return { bytes, ...parse(crypto, bytes, { ...position, sequence }) };
  });
  if (!entries.some(({ entry }) => entry.sequence === position.sequence))
    throw misplaced(position, 'its segment does not hold it');
  if (entries.some(({ entry }) => entry.statement_digest !== digest))
    throw misplaced(position, 'its segment has another statement');
  return {
    statement,
    statementLine,
    entries: entries.map(({ entry }) => entry),
    events: entries.map(({ bytes, entry }) => eventBytesOf(bytes, entry.sequence)),
  };
}
