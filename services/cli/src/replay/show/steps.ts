import type { Output } from '../../output.js';
import { toned } from '../../render/event-line.js';
import { eventText } from '../../render/event-text.js';
import { sanitize } from '../../sanitize.js';
import { eventJson } from '../exports/jsonl.js';
import { signatureText } from '../exports/row.js';
import { isProven } from '../source/recorded.js';
import { changesOf } from '../states/changes.js';
import { knewOf } from '../states/knew.js';
import type { ReplayStep } from '../states/run-fold.js';

/** A step as `--json` gives it, with the whole states around it. */
export const stepJson = ({ number, recorded, subject }: ReplayStep) => ({
  step: number,
  ...eventJson(recorded),
  in_ledger: recorded.entry !== null,
  subject: subject.kind,
  operation_id: subject.kind === 'operation' ? subject.operationId : null,
  knew: knewOf(recorded.event),
  changes: changesOf(subject),
  before: subject.before,
  after: subject.after,
});

const labelWidth = 10;

/** One event: what happened, who signed it, what was known, and what it changed. */
export function renderStep(output: Output, step: ReplayStep): void {
  const { paint } = output;
  const { recorded, subject, number } = step;
  const { event, entry } = recorded;
  const { text, tone } = eventText(event);
  const where = subject.kind === 'operation' ? ` ${sanitize(subject.operationId)}` : '';
  output.line();
  output.line(
    `${paint.dim(`step ${number}`)}  ${paint.bold(event.type)}${paint.bold(where)}  ${toned(paint, tone)(text)}`,
  );
  const row = (name: string, value: string) =>
    output.line(`    ${paint.dim(name.padEnd(labelWidth))}${value}`);
  row('time', event.time);
  row(
    'ledger',
    entry === null ? paint.yellow('not in the ledger (yet)') : `entry ${entry.sequence}, ${entry.hash}`,
  );
  row('signed by', signedText(output, step));
  for (const [at, { name, value }] of knewOf(event).entries())
    row(at === 0 ? 'knew' : '', `${name} ${sanitize(value, 300)}`);
  for (const [at, { name, before, after }] of changesOf(subject).entries())
    row(
      at === 0 ? subject.kind : '',
      `${name}: ${paint.dim(sanitize(before, 600))} → ${paint.bold(sanitize(after, 600))}`,
    );
}

function signedText({ paint }: Output, { recorded }: ReplayStep): string {
  const { signer, event } = recorded;
  const worth = signatureText(recorded);
  const shown = isProven(recorded) ? worth : paint.red(worth);
  if (signer === null) return `${event.actor}; ${shown}`;
  return `${signer.actor}, key ${sanitize(signer.keyId)}, epoch ${signer.epoch}; ${shown}`;
}
