import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, type MetricDefinition } from '@marketops/engine';
import { expect, it } from 'vitest';
import { root } from './error-codes.js';

const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');

const rowOf = ([name, { type, labels, of, help }]: readonly [string, MetricDefinition]): string => {
  const named =
    Object.keys(labels)
      .map((label) => `\`${label}\``)
      .join(' ') || '–';
  return `| \`${name}\` | ${type} | ${named} | ${of.length === 4 ? 'all' : of.join(', ')} | ${help} |`;
};

it('docs/observability.md says of every metric what the code says, and of no other', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `marketops_'));
  expect(rows).toEqual(Object.entries<MetricDefinition>(catalogue).map(rowOf));
});

it('docs/observability.md names the values of every label that has a list of them', () => {
  for (const [name, { labels }] of Object.entries<MetricDefinition>(catalogue)) {
    // Types of events and checks of the gate have lists of their own elsewhere.
    if (['marketops_events_appended_total', 'marketops_gate_answers_total'].includes(name)) continue;
    for (const values of Object.values(labels)) {
      if (values === 'configured') continue;
      for (const value of values) expect(page, `${value} of ${name}`).toContain(`\`${value}\``);
    }
  }
});
