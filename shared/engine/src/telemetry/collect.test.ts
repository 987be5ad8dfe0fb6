import type { ServiceKey } from '@marketops/contracts';
import { testRedis } from '@marketops/local';
import { connectRedis, openMemoryStore } from '@marketops/store';
import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { stepClock } from '../clock.js';
import { collectSurroundings } from './collect.js';
import { openPrometheus } from './prometheus.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const key = (over: Partial<ServiceKey>): ServiceKey => ({
  key_id: 'planner-1',
  algorithm: 'ed25519',
  public_key: '',
  not_before: '2026-01-01T00:00:00.000Z',
  revoked_at: null,
  purpose: 'actor',
  actor: 'planner',
  ...over,
});

async function surroundings(keys: readonly ServiceKey[], queues: readonly string[], url: string) {
  const clock = stepClock(nowMs);
  const store = openMemoryStore(() => clock.nowMs() - 1_500);
  const redis = connectRedis(url);
  const metrics = openPrometheus('planner');
  const keyring = { list: () => [...keys] };
  collectSurroundings(metrics, { service: 'planner', store, clock, keyring, redis, queues: () => queues });
  return { clock, store, redis, metrics };
}

describe('what a service says of its surroundings', () => {
  it('given jobs in a queue, keys that end, a freeze and a clock that is ahead, then it tells of each', async () => {
    const server = await testRedis();
    const queue = new Queue('{metered}', { connection: { url: server.url } });
    try {
      await queue.add('x', {}, { jobId: 'old', timestamp: nowMs - 90_000 });
      await queue.add('x', {}, { jobId: 'new', timestamp: nowMs - 10_000 });
      await queue.add('x', {}, { jobId: 'later', delay: 3_600_000 });
      const ends = ['2026-02-01T12:00:00.000Z', '2026-02-02T12:00:00.000Z'];
      const keys = [
        ...ends.map((not_after, at) => key({ key_id: `planner-${at}`, not_after })),
        key({
          key_id: 'revoked',
          not_after: '2027-01-01T00:00:00.000Z',
          revoked_at: '2026-01-02T00:00:00.000Z',
        }),
        key({ key_id: 'mint', purpose: 'mint' }),
        key({ key_id: 'other', purpose: 'checkpoint', actor: 'ledger', not_after: ends[0] }),
      ];
      const { store, redis, metrics } = await surroundings(keys, ['{metered}'], server.url);
      await store.writeControl(0, { epoch: 1, state: 'open', reason: '', term: 1 });
      await store.freeze('tenant:acme', 'incident');
      await store.freeze('ledger:room', 'full');
      const { text } = await metrics.scrape();
      const of = (name: string, labels = '') =>
        Number(
          text
            .split('\n')
            .find((line) => line.startsWith(`${name}{${labels}`))
            ?.split(' ')
            .at(-1),
        );
      const depth = (state: string) => of('marketops_queue_jobs', `queue="{metered}",state="${state}"`);
      expect(['waiting', 'active', 'delayed', 'failed'].map(depth)).toEqual([2, 0, 1, 0]);
      expect(of('marketops_queue_oldest_age_seconds')).toBe(90);
      expect(of('marketops_clock_skew_seconds')).toBe(1.5);
      // The last of two ends in two days; a mint key without an end has nothing to say, and others' keys are theirs.
      expect(of('marketops_key_expires_in_seconds', 'purpose="actor"')).toBe(172_800);
      expect(text).not.toMatch(/expires_in_seconds\{purpose="(?:mint|checkpoint)"/);
      expect(
        ['tenant', 'room', 'all'].map((kind) => of('marketops_frozen_scopes', `kind="${kind}"`)),
      ).toEqual([1, 1, 0]);
      redis.disconnect();
    } finally {
      await queue.close();
      await server.stop();
    }
  });

  it('given a Redis that is away, then the rest is told and the failure counted', async () => {
    const { metrics, redis } = await surroundings(
      [key({ not_after: '2026-02-01T12:00:00.000Z' })],
      ['{q}'],
      'redis://127.0.0.1:1',
    );
    redis.disconnect();
    const { text } = await metrics.scrape();
    expect(text).toContain('marketops_key_expires_in_seconds{purpose="actor",service="planner"} 86400');
    expect(text).toContain('marketops_collector_failures_total{collector="queues",service="planner"} 1');
  });
});
