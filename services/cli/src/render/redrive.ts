import type { EventOf, Reason } from '@marketops/contracts';
import type { RunRecord } from '@marketops/operator';
import { eventText, plural } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { whatOf } from './plan.js';

/** What is about to be tried again, with how it ended before, and what is not. */
export function renderRedriveBrief(
  output: Output,
  { runId, operations }: RunRecord,
  the: {
    readonly eligible: readonly string[];
    readonly refused: ReadonlyMap<string, Reason>;
    readonly principal: string;
  },
): void {
  const { paintNote } = output;
  const open = new Set(the.eligible);
  output.note(`${paintNote.bold(sanitize(runId))}: ${plural(open.size, 'operation')} to be tried again`);
  for (const { id, operation, events } of operations) {
    if (!open.has(id)) continue;
    const last = events.at(-1)?.event;
    output.note(`  ${paintNote.bold(sanitize(id))}  ${whatOf(operation)}`);
    if (last !== undefined) output.note(`      ${eventText(last).text}`);
  }
  for (const [id, why] of the.refused)
    output.note(
      paintNote.yellow(`  ${sanitize(id)} stays as it is: ${sanitize(why.message)} ${sanitize(why.remedy)}`),
    );
  output.note(`  ordered by ${sanitize(the.principal)}`);
}

export function renderRedriven(
  output: Output,
  runId: string,
  redriven: readonly string[],
  completed: EventOf<'run.completed'> | undefined,
): void {
  const ids = redriven.slice(0, 20).map((id) => sanitize(id));
  const more = redriven.length > ids.length ? ', …' : '';
  output.line(`${plural(redriven.length, 'operation')} open again: ${ids.join(', ')}${more}`);
  if (completed !== undefined) output.line(eventText(completed).text);
  else output.note(`See it end with: marketops events ${sanitize(runId)} --follow`);
}
