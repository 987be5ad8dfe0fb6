import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountBudget, MarketOpsConfig } from '@marketops/engine';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './error-codes.js';

it('docs/limits.md: the accounts are as marketops.yml takes them, and GitHub’s numbers are those that are kept', () => {
  const text = readFileSync(join(root, 'docs/limits.md'), 'utf8');
  const snippet = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const { accounts } = MarketOpsConfig.parse({
    ...{ version: 1, environment: 'docs', issuer: 'docs', log_origin: 'log.docs', principals: {} },
    ...parse(snippet),
  });
  const of = (account: string) => accountBudget(accounts[account]?.limits, 'https://api.github.com', 10_000);
  expect(of('fabrikam')).toBeUndefined();
  expect(of('contoso')).toMatchObject({ primaryPerHour: 12_500, writesPerHour: 400, writesPerMinute: 80 });
  const { primaryPerHour, pointsPerMinute, writesPerMinute, writesPerHour, concurrentRequests, executions } =
    of('acme') ?? {};
  expect(text).toContain(`| ${primaryPerHour?.toLocaleString('en')} an hour |`);
  expect(text).toContain(`| ${pointsPerMinute} a minute |`);
  expect(text).toContain(`| ${writesPerMinute} a minute, ${writesPerHour} an hour |`);
  expect(text).toContain(`| ${concurrentRequests} requests |`);
  expect({ executions }).toEqual({ executions: 8 });
});
