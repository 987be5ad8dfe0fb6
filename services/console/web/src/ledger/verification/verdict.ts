import { type JournalFault, type JournalReport, lawTexts } from '@marketops/verifier';
import { thousands } from '../../text/words.js';

/** Of the laws broken by what entries say; all that were kept are in the JSON form. */
const toldMax = 20;

/** One thing amiss, as `marketops verify` says it. */
export interface Finding {
  /** `law L1: any change …`; `not verified` where the code is about what the journal was compared with. */
  readonly law: string;
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly sequence: number | null;
  /** `0000000001-0000000000000001.jsonl, line 12`; null where the fault is no file's. */
  readonly place: string | null;
}

export interface Verdict {
  readonly tone: 'holds' | 'broken' | 'compared_badly';
  readonly headline: string;
  /** Where what can be relied on ends: the first bad entry. */
  readonly firstBad: number | null;
  readonly holds: readonly string[];
  readonly findings: readonly Finding[];
  readonly moreFindings: number;
  readonly notes: readonly string[];
  /** `sequence:hash`, to keep and compare with the next time; null where the chain does not hold. */
  readonly pin: string | null;
}

const entriesText = (count: number): string => `${thousands(count)} ${count === 1 ? 'entry' : 'entries'}`;

export const uncompared =
  'Compared with nothing seen before: an end that was cut off would not show. Paste a pin or checkpoint you kept.';

/** What a report says, for a person. Pure. */
export function verdictOf(report: JournalReport, memories: readonly string[]): Verdict {
  const { fault, violations, violationsFound, entries } = report;
  const isOfChain = fault !== undefined && !violations.includes(fault) && !isAmong(fault, violations);
  const told = violations.slice(0, toldMax);
  return {
    tone: fault === undefined ? 'holds' : fault.law === null ? 'compared_badly' : 'broken',
    headline: headlineOf(report, isOfChain),
    firstBad: fault?.sequence ?? null,
    holds: isOfChain
      ? [entries === 0 ? 'No whole batch stands before it.' : `The ${entriesText(entries)} before it hold.`]
      : holdsOf(report, memories),
    findings: [...(isOfChain ? [fault] : []), ...told].map(findingOf),
    moreFindings: violationsFound - told.length,
    notes: [
      ...report.notes.map(({ message }) => message),
      ...(!isOfChain && memories.length === 0 ? [uncompared] : []),
    ],
    pin: isOfChain || report.lastSequence === 0 ? null : `${report.lastSequence}:${report.lastHash}`,
  };
}

/** A report that went through a message is a copy: the same fault is another object. */
const isAmong = (fault: JournalFault, violations: readonly JournalFault[]): boolean =>
  violations.some(
    ({ code, sequence, message }) =>
      code === fault.code && sequence === fault.sequence && message === fault.message,
  );

function headlineOf({ fault, entries, violationsFound }: JournalReport, isOfChain: boolean): string {
  if (fault === undefined)
    return entries === 0 ? 'The ledger has no entry yet' : `All ${entriesText(entries)} hold`;
  const at = fault.sequence === null ? '' : ` at entry ${thousands(fault.sequence)}`;
  if (isOfChain) return `The ledger does not hold${at}`;
  const laws = `${thousands(violationsFound)} ${violationsFound === 1 ? 'entry breaks' : 'entries break'} a law`;
  return `The chain holds, and ${laws}, the first${at}`;
}

function holdsOf(report: JournalReport, memories: readonly string[]): string[] {
  const { entries, streams, elapsedMs, fault } = report;
  if (entries === 0) return [];
  const rate = (entries * 1_000) / Math.max(1, elapsedMs);
  return [
    `${entriesText(entries)} in ${thousands(streams)} ${streams === 1 ? 'stream' : 'streams'}, every byte derived again (${thousands(elapsedMs)} ms, ${thousands(rate)} entries/s)`,
    ...(fault === undefined ? ['no effect without its receipt, no receipt without policy'] : []),
    ...(memories.length === 0 ? [] : [`against ${memories.join(', ')}`]),
  ];
}

const findingOf = ({ law, code, message, next, file, line, sequence }: JournalFault): Finding => ({
  law: law === null ? 'not verified' : `law ${law}: ${lawTexts[law]}`,
  // What was cut off is no entry that could be shown.
  ...{ code, message, next, sequence: code === 'tail_cut' ? null : sequence },
  place: file === null ? null : line === null || line === 0 ? file : `${file}, line ${line}`,
});
