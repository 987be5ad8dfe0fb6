import type { JournalFault, JournalReport } from '../journal/report.js';
import { lawTexts } from '../laws.js';
import { sanitize } from '../plain-text.js';
import type { Verified } from './verify-journal.js';
import type { VerifiedTiles } from './verify-tiles.js';

/** `1,234,567`: the same in every locale. */
const thousands = (count: number): string =>
  Math.round(count)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ',');

const perSecond = ({ entries, elapsedMs }: JournalReport): number =>
  (entries * 1_000) / Math.max(1, elapsedMs);

const uncompared = 'note   compared with nothing seen before: an end that was cut off would not show';

/** Of the laws broken by what entries say; all that were kept are in the JSON form. */
const toldMax = 20;

export function renderVerified({ report, memories }: Verified, line: (text: string) => void): void {
  const { entries, streams, elapsedMs, lastSequence, lastHash, fault, violations, violationsFound, notes } =
    report;
  const size = `${thousands(entries)} ${entries === 1 ? 'entry' : 'entries'}`;
  const isOfChain = fault !== undefined && !violations.includes(fault);
  if (isOfChain) tell(fault, line);
  for (const violation of violations.slice(0, toldMax)) tell(violation, line);
  const more = violationsFound - Math.min(violations.length, toldMax);
  if (more > 0) line(`       and ${thousands(more)} more`);
  if (isOfChain) line(`       ${size} before it hold.`);
  else {
    line(
      `holds  ${size} in ${thousands(streams)} ${streams === 1 ? 'stream' : 'streams'}, every byte derived again (${elapsedMs} ms, ${thousands(perSecond(report))} entries/s)`,
    );
    if (fault === undefined) line('holds  no effect without its receipt, no receipt without policy');
    line(memories.length === 0 ? uncompared : `holds  against ${memories.join(', ')}`);
    line(`chain  ${lastSequence}:${lastHash}`);
  }
  for (const { message } of notes) line(`note   ${sanitize(message)}`);
}

function tell({ law, code, message, next }: JournalFault, line: (text: string) => void): void {
  line(law === null ? 'FAILS  not verified' : `FAILS  law ${law}: ${lawTexts[law]}`);
  line(`       ${sanitize(message)} (${code})`);
  line(`       ${sanitize(next)}`);
}

export const verifiedJson = ({ report, memories }: Verified) => ({
  holds: report.ok,
  entries: report.entries,
  streams: report.streams,
  last_sequence: report.lastSequence,
  last_hash: report.lastHash,
  elapsed_ms: report.elapsedMs,
  entries_per_second: Math.round(perSecond(report)),
  compared_with: memories,
  events: report.events,
  terms: report.terms.map(({ term, file, firstSequence, lastSequence }) => ({
    ...{ term, file, first_sequence: firstSequence, last_sequence: lastSequence },
  })),
  notes: report.notes,
  fault: report.fault ?? null,
  violations: report.violations,
  violations_found: report.violationsFound,
});

export function renderTiles({ report, memories }: VerifiedTiles, line: (text: string) => void): void {
  const { size, root, entries, lastHash, fault, elapsedMs } = report;
  if (fault !== undefined) {
    tell(fault, line);
    line(`       ${thousands(entries)} entries before it follow one another.`);
    return;
  }
  line(`holds  ${thousands(size)} entries and every tile of them (${elapsedMs} ms)`);
  line(`holds  the signed root ${root}`);
  line(memories.length === 0 ? uncompared : `holds  against ${memories.join(', ')}`);
  line(`chain  ${entries}:${lastHash}`);
}

export const tilesJson = ({ report, memories }: VerifiedTiles) => ({
  ...{ holds: report.ok, size: report.size, root: report.root, entries: report.entries },
  ...{ last_hash: report.lastHash, elapsed_ms: report.elapsedMs, compared_with: memories },
  fault: report.fault ?? null,
});
