import { type LimitStatus, type Metrics, metricsOff } from '@marketops/engine';
import { expect, it } from 'vitest';
import { measureLimits } from './measure-limits.js';

const status = (over: Partial<LimitStatus>): LimitStatus => ({
  windows: [
    { window: 'primary_per_hour', max: 5_000, used: 100, left: 4_900, moreAtMs: null, allAtMs: null },
  ],
  nextWriteAtMs: 0,
  pausedUntilMs: null,
  reported: null,
  requestsUnderWay: 0,
  operationsUnderWay: 0,
  waiting: [{ tenant: 'acme', operations: 3 }],
  ...over,
});

it('given accounts with a budget, then each tells what is left, GitHub’s word, and how long it pauses; no tenant is named', async () => {
  const values: unknown[] = [];
  let scrape: () => void | Promise<void> = () => undefined;
  const metrics: Metrics = {
    ...metricsOff,
    clear: (name) => void values.push([name, 'cleared']),
    set: (name, labels, value) => void values.push([name, ...Object.values(labels), value]),
    onScrape: (_collector, collect) => {
      scrape = collect;
    },
  };
  const reported = { limit: 5_000, remaining: 12, resetsAtMs: 9_000 };
  const statuses = new Map([
    ['Acme', status({ reported, pausedUntilMs: 4_000 })],
    ['other', status({})],
  ]);
  measureLimits(metrics, { statuses: async () => Promise.resolve(statuses) }, { nowMs: () => 1_000 });
  await scrape();
  expect(values).toEqual([
    ['marketops_github_requests_left', 'cleared'],
    ['marketops_github_requests_left', 'acme', 'primary_per_hour', 4_900],
    ['marketops_github_requests_left', 'acme', 'reported', 12],
    ['marketops_github_paused_seconds', 'acme', 3],
    ['marketops_github_requests_left', 'other', 'primary_per_hour', 4_900],
    ['marketops_github_paused_seconds', 'other', 0],
  ]);
});
