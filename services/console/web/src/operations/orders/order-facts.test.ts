import type { OperatorAction } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { orderFacts, scopeText } from './order-facts.js';

const runId = `run_${'0'.repeat(26)}`;
const actions: readonly OperatorAction[] = [
  { kind: 'freeze', scopes: ['repository:acme/widgets'] },
  { kind: 'unfreeze', scopes: ['tenant:acme'], freezes: [`01J${'0'.repeat(23)}`] },
  { kind: 'revoke_receipt', run_id: runId, operation_id: 'tag', receipt_id: `rcp_${'1'.repeat(26)}` },
  { kind: 'reconcile', run_id: runId, operation_id: 'release', found: 'absent' },
  { kind: 'redrive', run_id: runId, operations: ['tag', 'release'] },
  { kind: 'erase', run_id: runId },
];

const leaves = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(leaves)
      : [];

describe('an order, for who signs it', () => {
  it.each(actions.map((action) => [action.kind, action] as const))(
    'given %s, then everything it names is told',
    (_, action) => {
      const told = orderFacts(action)
        .map(({ name, value }) => `${name} ${value}`)
        .join('\n');
      const { kind: _kind, ...said } = action;
      // What is `found` has words of its own.
      for (const leaf of leaves('found' in said ? { ...said, found: '' } : said))
        expect(told).toContain(leaf);
    },
  );

  it('given each answer that reconciling may rest on, then another line', () => {
    const told = (['look', 'effect', 'absent'] as const).map((found) =>
      JSON.stringify(orderFacts({ kind: 'reconcile', run_id: runId, operation_id: 'tag', found })),
    );
    expect(new Set(told).size).toBe(3);
  });

  it.each([
    ['all', 'everything'],
    ['account:acme', 'the account acme'],
    ['repository:acme/widgets', 'the repository acme/widgets'],
  ])('given the scope %s, then %s', (scope, text) => {
    expect(scopeText(scope)).toBe(text);
  });
});
