import type { EventOf } from '@marketops/contracts';
import { type DriftedEffect, nothingCompared } from '@marketops/operator';
import { duration } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';

export interface KnownDrift {
  readonly drifted: readonly DriftedEffect[];
  readonly unreceipted: readonly EventOf<'effect.unreceipted'>[];
  /** How often anybody looks; 0 for never. */
  readonly everyMs: number;
}

export function renderDrift(output: Output, { drifted, unreceipted, everyMs }: KnownDrift): void {
  const { paint } = output;
  // Word of an earlier time stands, even where nobody looks any more.
  if (everyMs === 0) output.line(paint.yellow(`${nothingCompared}.`));
  else if (drifted.length + unreceipted.length === 0)
    output.line(
      `No drift is known, as far as the publisher has looked: it compares every ${duration(everyMs)}.`,
    );
  for (const { runId, event } of drifted) {
    const { operation_id: id, drift, differs, remote_id: remote } = event.data;
    const which = differs.length > 0 ? `: ${differs.join(', ')}` : '';
    output.line(`${paint.bold(sanitize(`${runId}/${id}`))}  ${paint.red(drift)}${sanitize(which)}`);
    output.line(`    ${sanitize(remote)} ${paint.dim(`found ${event.time}`)}`);
    output.line(`    ${paint.cyan(sanitize(`marketops show ${runId}`))}`);
  }
  for (const { time, data } of unreceipted) {
    const marker = data.marker === 'forged' ? ', with a forged marker' : '';
    output.line(`${paint.bold(sanitize(data.repository))}  ${paint.red(`no receipt${marker}`)}`);
    output.line(
      `    ${sanitize(data.operation_kind)} ${sanitize(data.url, 300)} ${paint.dim(`found ${time}`)}`,
    );
  }
  if (drifted.length > 0)
    output.note(
      'What to do: put it back by hand, and the next pass says so; leave it as it is, and it stays listed; or freeze the repository (marketops freeze) and see who has access.',
    );
  if (unreceipted.length > 0)
    output.note(
      'Without a receipt: delete it at GitHub or accept it; it stays on record either way. Where nobody owns up, replace the tokens of the account and freeze it meanwhile.',
    );
}
