import { describe, expect, it } from 'vitest';
import { catalogue, type MetricDefinition } from './catalogue.js';

const all = Object.entries<MetricDefinition>(catalogue);
const units = [
  'seconds',
  'bytes',
  'events',
  'entries',
  'appends',
  'jobs',
  'streams',
  'partitions',
  'scopes',
  'runs',
  'left',
];
/** Gauges that are numbers without a unit. */
const plain = [
  'marketops_ledger_writer',
  'marketops_ledger_sequence',
  'marketops_ledger_term',
  'marketops_ledger_epoch',
  'marketops_run_index_live',
];
/** What would have a value for each run, job or person: unbounded, or somebody's business. */
const idLabels =
  /(?:^|_)(?:id|run|operation|receipt|job|tenant|principal|user|stream|pid|url|path|repository)(?:_|$)/;

describe('the catalogue of metrics', () => {
  it.each(all)('%s is named as Prometheus wants it', (name, { type, buckets }) => {
    expect(name).toMatch(/^marketops_[a-z]+(?:_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(?:count|sum|bucket|info|milliseconds|ms|minutes|kb|mb)$/);
    if (type !== 'counter' && !plain.includes(name)) expect(units).toContain(name.split('_').at(-1));
    expect(buckets === undefined).toBe(type !== 'histogram');
    expect(buckets ?? []).toEqual([...(buckets ?? [])].sort((a, b) => a - b));
  });

  it.each(all)('%s says what it is, and for whom', (_, { help, of }) => {
    expect(help).toMatch(/^[A-Z1].{15,}\.$/);
    expect(of.length).toBeGreaterThan(0);
  });

  it.each(all)(
    '%s has no label with a value per run, job or person, and few series',
    (_, { labels, buckets = [] }) => {
      for (const label of Object.keys(labels)) {
        expect(label).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
        expect(label).not.toMatch(idLabels);
        expect(['le', 'service', 'job', 'instance']).not.toContain(label);
      }
      const known = Object.values(labels).map((values) => (values === 'configured' ? 1 : values.length));
      expect(
        known.reduce((product, count) => product * count, Math.max(1, buckets.length)),
      ).toBeLessThanOrEqual(100);
    },
  );
});
