import { roomScope } from '@marketops/contracts';
import { agrees, type FrozenScope, type FrozenScopes } from '@marketops/operator';
import { shownScope } from '@marketops/operator/words';
import { partitionCount } from '@marketops/store';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

export function renderFreezes(output: Output, { scopes, refused }: FrozenScopes): void {
  const { paint } = output;
  if (scopes.length === 0) output.line('Nothing is frozen.');
  else {
    const rows = scopes.map((one) => [
      paint.bold(sanitize(shownScope(one.scope))),
      one.scope === roomScope
        ? 'the ledger'
        : one.events.map(({ data }) => sanitize(data.principal)).join(', ') || '–',
      one.events[0]?.time.replace('T', ' ').slice(0, 19) ?? '–',
      agrees(one) ? paint.green('agree') : paint.red('differ'),
      sanitize(one.events.map(({ data }) => data.reason).join('; ') || (one.controlReason ?? '')),
    ]);
    output.line(table(output, ['scope', 'by', 'since (UTC)', 'sources', 'why'], rows, 0));
  }
  for (const one of scopes) {
    const fault = disagreement(one);
    if (fault !== undefined) output.line(paint.red(`${sanitize(shownScope(one.scope))}: ${fault}`));
  }
  for (const { principal, scopes: named, fault } of refused) {
    const what = named.map((scope) => shownScope(scope)).join(', ');
    output.line(
      paint.yellow(sanitize(`The unfreeze of ${what} by ${principal} does not count: ${fault}`, 600)),
    );
  }
}

/** How event and control keys differ, in words; undefined where they agree. */
export function disagreement(frozen: FrozenScope): string | undefined {
  if (agrees(frozen)) return undefined;
  const { events, controlKeys } = frozen;
  if (events.length === 0) {
    return `${controlKeys} of ${partitionCount} control keys have it, and no signed event does: nobody vouches for it, and it holds all the same`;
  }
  return `a signed event says so, and only ${controlKeys} of ${partitionCount} control keys have it: the gate holds by the event alone`;
}
