import { isoTime, type LimitStatus, type WindowStatus } from '@marketops/engine';
import type { AccountLimitsNow } from '@marketops/operator';
import { plural, shortTime, thousands } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

const words: Readonly<Record<WindowStatus['window'], string>> = {
  primary_per_hour: 'requests an hour',
  points_per_minute: 'points a minute',
  writes_per_minute: 'writes a minute',
  writes_per_hour: 'writes an hour',
};

export function renderLimits(output: Output, accounts: readonly AccountLimitsNow[]): void {
  if (accounts.length === 0) output.line('marketops.yml names no accounts.');
  for (const { account, budget, status } of accounts) {
    const name = output.paint.bold(sanitize(account));
    if (budget === undefined || status === undefined) {
      output.line(`${name}: no limits are kept`);
      continue;
    }
    output.line(name);
    output.line(table(output, ['limit', 'used', 'of', 'left', 'there is'], status.windows.map(row)));
    for (const line of [...said(status), ...waiting(status, budget.executions)]) output.line(`  ${line}`);
  }
}

function row({ window, used, max, left, moreAtMs, allAtMs }: WindowStatus): string[] {
  const when =
    moreAtMs !== null
      ? `more at ${time(moreAtMs)}`
      : allAtMs === null
        ? 'all of it'
        : `all at ${time(allAtMs)}`;
  return [words[window], thousands(used), thousands(max), thousands(left), when];
}

function* said({ nextWriteAtMs, pausedUntilMs, reported }: LimitStatus): Generator<string> {
  if (pausedUntilMs !== null) yield `GitHub has asked for a pause until ${time(pausedUntilMs)}.`;
  yield `The next write may go at ${time(nextWriteAtMs)}.`;
  if (reported === null) return;
  const { limit, remaining, resetsAtMs } = reported;
  yield `GitHub itself counts ${thousands(remaining)} of ${thousands(limit)} requests left until ${time(resetsAtMs)}.`;
}

function* waiting(status: LimitStatus, executionsMax: number): Generator<string> {
  const { operationsUnderWay, requestsUnderWay, waiting: tenants } = status;
  const operations = `${plural(operationsUnderWay, 'operation')} of at most ${executionsMax}`;
  yield `Under way: ${operations}, ${plural(requestsUnderWay, 'request')}.`;
  if (tenants.length === 0) return;
  const each = tenants.map(({ tenant, operations: count }) => `${sanitize(tenant)} ${thousands(count)}`);
  yield `Waiting: ${each.join(', ')}.`;
}

const time = (ms: number): string => shortTime(isoTime(ms));
