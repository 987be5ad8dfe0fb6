import { changesOf, isProven, knewOf, type ReplayStep, signatureText } from '@marketops/operator/reading';
import { eventText } from '@marketops/operator/words';
import type { Output } from '../../output.js';
import { toned } from '../../render/event-line.js';
import { sanitize } from '../../sanitize.js';

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
