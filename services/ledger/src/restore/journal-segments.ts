import { limits, type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { type IndexTables, type PackedPlaces, placeAmong } from '@marketops/journal';
import { lastSeqOf, type RawSegment } from '@marketops/store';
import {
  eventBytesOf,
  JournalError,
  type JournalPosition,
  journalFileName,
  readLines,
} from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';
import { LedgerError } from '../errors.js';
import { openWindows } from './windows.js';

/** A segment as the journal holds it, in the store's form, byte for byte. */
export interface JournaledSegment extends RawSegment {
  /** As they were verified when they were journaled. */
  readonly events: readonly MarketOpsEvent[];
  /** The canonical JSON of each event. */
  readonly eventBytes: readonly string[];
}

/** Reads segments back out of the journal, by the index. */
export interface JournalSegments {
  /** Every segment of the run's streams, in the order of the ledger. @param number the run's, in the index */
  ofRun(number: number): Promise<JournaledSegment[]>;
  /** Those of `system`, which the index does not list: reads the whole journal once. */
  ofSystem(): Promise<JournaledSegment[]>;
  close(): Promise<void>;
}

const segmentBytesMax = limits.appendBytesMax * 2;

/** @param dir the journal's folder. @throws LedgerError `journal_damaged` where a place does not hold what the index says */
export function openJournalSegments(tables: IndexTables, dir: string): JournalSegments {
  const windows = openWindows(dir);
  const places = placeReader(tables);

  const read = async (position: JournalPosition): Promise<JournaledSegment> => {
    const { segmentOffset, segmentLength } = position;
    if (segmentLength > segmentBytesMax) throw misplaced(position, 'no segment is that long');
    const name = journalFileName(position);
    const bytes = await windows.read(name, segmentOffset, segmentLength).catch((fault: unknown) => {
      throw fault instanceof JournalError && fault.code === 'segment_damaged'
        ? new LedgerError('journal_damaged', `The journal is damaged: ${fault.message}`, { cause: fault })
        : fault;
    });
    if (bytes === undefined) throw misplaced(position, `${name} is shorter`);
    const segment = segmentOf(bytes.toString('utf8').split('\n'));
    if (segment === undefined) throw misplaced(position, 'no segment stands there');
    return segment;
  };

  return {
    async ofRun(number) {
      const segments: JournaledSegment[] = [];
      const seen = new Set<string>();
      const rows = tables.runs.getRange({ start: [number, 0], end: [number, Number.MAX_SAFE_INTEGER] });
      const sequences: number[] = [];
      for (const { value } of rows) for (const sequence of value) sequences.push(sequence);
      for (const sequence of sequences) {
        const position = places(sequence);
        const place = `${position.term} ${position.firstSequence} ${position.segmentOffset}`;
        if (seen.has(place)) continue;
        seen.add(place);
        segments.push(await read(position));
      }
      return segments;
    },
    async ofSystem() {
      const found: JournalPosition[] = [];
      for (const file of await listJournal(dir)) await findSystem(tables, file, found);
      const segments: JournaledSegment[] = [];
      for (const position of found) segments.push(await read(position));
      return segments;
    },
    close: windows.close,
  };
}

/** Places of the segments of `system` in a file. Only what the index knows counts: a deposed writer's rest does not. */
async function findSystem(
  tables: IndexTables,
  file: Parameters<typeof readLines>[0] & { readonly term: number; readonly firstSequence: number },
  found: JournalPosition[],
): Promise<void> {
  let segmentOffset = -1;
  let isFirst = false;
  await readLines(file, { offset: 0, number: 1 }, ({ text, offset }) => {
    if (text.startsWith('S ')) {
      segmentOffset = offset;
      isFirst = true;
      return true;
    }
    if (!isFirst || !text.startsWith('E ')) return true;
    isFirst = false;
    if (!text.includes(`"stream":"${systemStream}"`)) return true;
    const sequence = sequenceOf(text);
    const position = sequence === undefined ? undefined : knownPlaceOf(tables, sequence);
    const isHere =
      position?.segmentOffset === segmentOffset &&
      position.term === file.term &&
      position.firstSequence === file.firstSequence;
    // The words may stand in its data too.
    if (isHere && eventIn(text, position.sequence).stream === systemStream) found.push(position);
    return true;
  });
}

const sequenceOf = (line: string): number | undefined => {
  const digits = /"sequence":(\d{1,16}),"statement_digest":"[0-9a-f]{64}"\}$/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

const eventIn = (line: string, sequence: number): MarketOpsEvent =>
  JSON.parse(eventBytesOf(line.slice(2), sequence)) as MarketOpsEvent;

/** From its `S` line and `E` lines; undefined where they are not that. */
function segmentOf([first = '', ...lines]: readonly string[]): JournaledSegment | undefined {
  if (!first.startsWith('S ')) return undefined;
  const eventBytes: string[] = [];
  const events: MarketOpsEvent[] = [];
  for (const line of lines) {
    const sequence = line.startsWith('E ') ? sequenceOf(line) : undefined;
    if (sequence === undefined) return undefined;
    const bytes = eventBytesOf(line.slice(2), sequence);
    eventBytes.push(bytes);
    events.push(JSON.parse(bytes) as MarketOpsEvent);
  }
  const [event] = events;
  if (event === undefined) return undefined;
  const { stream, seq: firstSeq } = event;
  const lastSeq = lastSeqOf(firstSeq, eventBytes);
  const value = `${first.slice(2)}\n${eventBytes.join('\n')}`;
  return { stream, firstSeq, lastSeq, value, events, eventBytes };
}

function knownPlaceOf(tables: IndexTables, sequence: number): JournalPosition | undefined {
  for (const { key, value } of tables.places.getRange({ start: sequence, reverse: true, limit: 1 }))
    return placeAmong(value, key, sequence);
  return undefined;
}

/** Rows remembered: runs that began together have their entries in the same ones. */
const rowsMax = 512;

/** @returns the place of an entry. @throws LedgerError `journal_damaged` where the index does not know it */
function placeReader(tables: IndexTables): (sequence: number) => JournalPosition {
  const rows = new Map<number, PackedPlaces>();
  const rowAt = (key: number): PackedPlaces => {
    const known = rows.get(key);
    if (known !== undefined) return known;
    const row = tables.places.get(key) ?? [];
    if (rows.size >= rowsMax) rows.clear();
    rows.set(key, row);
    return row;
  };
  return (sequence) => {
    for (const key of tables.places.getKeys({ start: sequence, reverse: true, limit: 1 })) {
      const position = placeAmong(rowAt(key), key, sequence);
      if (position !== undefined) return position;
    }
    throw new LedgerError('journal_damaged', `The index does not say where entry ${sequence} stands.`);
  };
}

const misplaced = ({ sequence }: JournalPosition, what: string): LedgerError =>
  new LedgerError('journal_damaged', `Entry ${sequence} is not where the index says: ${what}.`);
