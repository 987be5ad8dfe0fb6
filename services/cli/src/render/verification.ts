import type { Output } from '../output.js';
import type { AcknowledgementReport } from '../reading/acknowledged.js';
import { type LedgerVerification, lawOf, lawTexts } from '../reading/verify-ledger.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';
import { plural, thousands } from './words.js';

export function renderVerification(
  output: Output,
  { report, pin, dir, entriesPerSecond }: LedgerVerification,
  compared: AcknowledgementReport | undefined,
): void {
  const { paint } = output;
  const good = (text: string) => output.line(`${paint.green('holds')}  ${text}`);
  const bad = (law: keyof typeof lawTexts, text: string, next: string) => {
    output.line(`${paint.red('FAILS')}  ${paint.bold(`law ${law}`)}: ${lawTexts[law]}`);
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
    const { code, message, next } = report.fault;
    bad(lawOf(code), `${message} (${code})`, next);
    output.line(`       ${size} before it hold.`);
  }
  for (const note of report.notes) output.line(`${paint.yellow('note')}   ${sanitize(note.message)}`);
  if (compared !== undefined) renderCompared(output, compared, good, bad);
  else if (report.ok)
    output.line(`${paint.dim('skip')}   Redis does not answer: its acknowledgements were not compared`);
  output.line(paint.dim(`       ${sanitize(shownPath(dir))}`));
}

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
    fault: report.fault === undefined ? null : { law: lawOf(report.fault.code), ...report.fault },
    acknowledgements: compared ?? null,
  };
}
