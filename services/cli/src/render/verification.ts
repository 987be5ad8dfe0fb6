import type { AcknowledgementReport } from '@marketops/operator';
import type { LedgerVerification } from '@marketops/operator/reading';
import { plural, thousands } from '@marketops/operator/words';
import { type JournalFault, type LawId, lawTexts } from '@marketops/verifier';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export function renderVerification(
  output: Output,
  { report, pin, dir, entriesPerSecond }: LedgerVerification,
  compared: AcknowledgementReport | undefined,
): void {
  const { paint } = output;
  const good = (text: string) => output.line(`${paint.green('holds')}  ${text}`);
  const bad = (law: LawId | null, text: string, next: string) => {
    const broken =
      law === null ? paint.bold('not verified') : `${paint.bold(`law ${law}`)}: ${lawTexts[law]}`;
    output.line(`${paint.red('FAILS')}  ${broken}`);
    output.line(`       ${sanitize(text)}`);
    output.line(`       ${paint.dim(sanitize(next))}`);
  };
  const size = `${thousands(report.entries)} ${report.entries === 1 ? 'entry' : 'entries'}`;
  if (report.fault === undefined) {
    const speed = `${thousands(entriesPerSecond)} entries/s`;
    good(
      `${size} in ${plural(report.streams, 'stream')}, every byte derived again (${report.elapsedMs} ms, ${speed})`,
    );
    good(`chain up to ${paint.dim(report.lastHash)}`);
    good(
      pin === undefined
        ? 'pinned for the first time: next time a cut would show'
        : `continues what was seen at ${pin.pinned_at}, entry ${pin.sequence}`,
    );
  } else {
    const tell = ({ law, code, message, next }: JournalFault) => bad(law, `${message} (${code})`, next);
    const { fault, violations, violationsFound } = report;
    if (!violations.includes(fault)) tell(fault);
    for (const violation of violations.slice(0, toldMax)) tell(violation);
    const more = violationsFound - Math.min(violations.length, toldMax);
    if (more > 0) output.line(`       and ${thousands(more)} more`);
    const whole = violations.includes(fault)
      ? 'are a whole chain; what is named broke a law'
      : 'before it hold';
    output.line(`       ${size} ${whole}.`);
  }
  for (const note of report.notes) output.line(`${paint.yellow('note')}   ${sanitize(note.message)}`);
  if (compared !== undefined) renderCompared(output, compared, good, bad);
  else if (report.ok)
    output.line(`${paint.dim('skip')}   Redis does not answer: its acknowledgements were not compared`);
  output.line(paint.dim(`       ${sanitize(shownPath(dir))}`));
}

/** Of the laws broken by what entries say; all of them are in the JSON form. */
const toldMax = 20;

function renderCompared(
  { line, paint }: Output,
  { compared, foreign, faults }: AcknowledgementReport,
  good: (text: string) => void,
  bad: (law: 'L2', text: string, next: string) => void,
): void {
  for (const { stream, message } of faults.slice(0, 20)) {
    bad('L2', `${stream}: ${message}`, 'Stop the ledger; restore its newest files from a backup or mirror.');
  }
  if (faults.length === 0)
    good(`${plural(compared, 'acknowledgement')} in Redis, all of them in the journal`);
  if (foreign.length > 0) {
    const what = `${plural(foreign.length, 'acknowledgement')} in Redis that this ledger did not sign: ignored`;
    line(`${paint.yellow('note')}   ${what} (${sanitize(foreign[0]?.message ?? '', 200)})`);
  }
}

export function verificationJson(
  { report, pin, dir, entriesPerSecond }: LedgerVerification,
  compared: AcknowledgementReport | undefined,
) {
  return {
    holds: report.ok && (compared?.faults.length ?? 0) === 0,
    journal: dir,
    entries: report.entries,
    streams: report.streams,
    last_sequence: report.lastSequence,
    last_hash: report.lastHash,
    elapsed_ms: report.elapsedMs,
    entries_per_second: Math.round(entriesPerSecond),
    pin: pin ?? null,
    events: report.events,
    terms: report.terms.map(({ term, file, firstSequence, lastSequence }) => ({
      term,
      file,
      first_sequence: firstSequence,
      last_sequence: lastSequence,
    })),
    notes: report.notes,
    fault: report.fault ?? null,
    violations: report.violations,
    violations_found: report.violationsFound,
    acknowledgements: compared ?? null,
  };
}
