import type { EventOf } from '@marketops/contracts';
import type { DeadLetter, Subject } from '@marketops/operator';
import { eventText } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { renderDead } from './dead.js';
import { whatOf } from './plan.js';

const ordered = {
  look: 'the publisher is to look it up again',
  effect: 'as you have seen, its effect is there',
  absent: 'as you have seen, there is no effect',
} as const;

/** What nobody knows the end of, with why, and what is about to be said of it. */
export function renderReconcileBrief(
  output: Output,
  { record, one, operation }: Subject,
  the: { readonly found: keyof typeof ordered; readonly principal: string },
): void {
  const { paintNote } = output;
  const { outcome } = one.state;
  output.note(
    `${paintNote.bold(sanitize(record.runId))} ${paintNote.bold(sanitize(one.id))}  ${whatOf(operation)}`,
  );
  if (outcome !== undefined) output.note(`  ${eventText(outcome).text}, since ${outcome.time}`);
  output.note(`  ordered by ${sanitize(the.principal)}: ${ordered[the.found]}`);
}

export function renderReconciled(output: Output, event: EventOf<'operation.reconciled'>): void {
  const { run_id: runId, data } = event;
  output.line(eventText(event).text);
  if (data.found === 'absent')
    output.note(`It may be tried again: marketops redrive ${runId ?? ''} ${data.operation_id} --reason …`);
}

export function renderUncertain(output: Output, letters: readonly DeadLetter[]): void {
  if (letters.length === 0) output.line('Nothing is uncertain.');
  else renderDead(output, letters);
}
