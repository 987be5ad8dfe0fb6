import type { AccountLimits, Overview, Queue } from '@marketops/client';
import { describe, expect, it } from 'vitest';
import { accountText, accountTone, gaugesOf, queuesInOrder, queueTone, windowText } from './facts.js';

const overview = (more: Partial<Overview> = {}): Overview => ({
  now: '2026-03-01T12:00:00.000Z',
  queues: [],
  ledger: {
    ...{ sequence: 1_200, epoch: 1, term: 2, behind: 0, lag_ms: 0, checkpoint_size: 1_200 },
    ...{ checkpoint_age_ms: 900_000, free_bytes: 9_000_000_000, reserve_bytes: 1_000_000_000 },
  },
  redis: { version: '7.4.0', durable: true, skew_ms: -12 },
  run_index: { state: 'live', position: 1_200, runs: 80, fault: null },
  ...{ uncertain: 0, stalled: 0, held: 0, freezes: [], expiring_keys: [], accounts: [] },
  ...more,
});
const gauge = (name: string, given: Overview) => gaugesOf(given).find((one) => one.name === name);

describe('the gauges of the system', () => {
  it('given all is well, then nothing asks for a look', () => {
    const tones = gaugesOf(overview()).map(({ tone }) => tone);
    expect(new Set(tones)).toEqual(new Set(['green']));
    expect(gauge('Clock against Redis', overview())?.value).toBe('−12 ms');
  });

  it('given a ledger that is behind, then how far, and worse the longer', () => {
    const behind = (lag_ms: number) => overview({ ledger: { ...overview().ledger, behind: 40, lag_ms } });
    expect(gauge('Ledger lag', behind(800))).toMatchObject({ tone: 'green', value: '800 ms, 40 behind' });
    expect(gauge('Ledger lag', behind(8_000))).toMatchObject({ tone: 'gold' });
    expect(gauge('Ledger lag', behind(80_000))).toMatchObject({ tone: 'red' });
  });

  it('given entries that stand under no checkpoint for long, then that is told; an idle log is well', () => {
    const ledger = { ...overview().ledger, sequence: 1_300 };
    expect(gauge('Checkpoint', overview({ ledger }))).toMatchObject({ tone: 'gold' });
    expect(gauge('Checkpoint', overview())).toMatchObject({ tone: 'green' });
  });

  it('given less room than the reserve, then red', () => {
    const ledger = { ...overview().ledger, free_bytes: 900_000_000 };
    expect(gauge('Ledger disk', overview({ ledger }))).toMatchObject({ tone: 'red' });
  });

  it('given a clock that is off by more than the gate takes, then red', () => {
    const redis = { ...overview().redis, skew_ms: 6_200 };
    expect(gauge('Clock against Redis', overview({ redis }))).toMatchObject({
      tone: 'red',
      value: '+6,200 ms',
    });
  });

  it('given an index that failed, then its own words', () => {
    const run_index = { ...overview().run_index, state: 'failed' as const, fault: 'the disk is full' };
    expect(gauge('Index of runs', overview({ run_index }))).toMatchObject({
      ...{ tone: 'red', hint: 'the disk is full' },
    });
  });
});

const queue = (more: Partial<Queue>): Queue => ({
  ...{ name: 'runs', waiting: 0, active: 0, delayed: 0, failed: 0, paused: false, workers: 1 },
  ...{ oldest_age_ms: null, ...more },
});

describe('queues and accounts', () => {
  it('given queues, then those with something in them stand first', () => {
    const names = queuesInOrder([
      queue({ name: 'b' }),
      queue({ name: 'z', waiting: 1 }),
      queue({ name: 'a' }),
    ]).map(({ name }) => name);
    expect(names).toEqual(['z', 'a', 'b']);
  });

  it.each([
    [queue({ waiting: 3, oldest_age_ms: 100 }), 'neutral'],
    [queue({ waiting: 3, oldest_age_ms: 60_000 }), 'gold'],
    [queue({ failed: 1 }), 'red'],
  ] as const)('given %o, then %s', (given, tone) => {
    expect(queueTone(given)).toBe(tone);
  });

  it('given a window that is used up or a pause, then gold', () => {
    const account: AccountLimits = {
      ...{ account: 'acme', kept: true, next_write_at: null, paused_until: null, reported: null },
      windows: [{ window: 'writes_per_hour', max: 500, used: 500, left: 0, more_at: null, all_at: null }],
      ...{ requests: null, operations: null },
    };
    expect(accountTone(account)).toBe('gold');
    expect(accountText(account)).toBe('none left: writes an hour');
    expect(accountTone({ ...account, windows: [] })).toBe('green');
    expect(accountTone({ ...account, kept: false })).toBe('neutral');
    expect(windowText('writes_per_hour')).toBe('writes an hour');
  });
});
