import { type Metrics, metricsOff, type Tracing, tracingOff } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import type { BuiltBatch } from '../journal/batch.js';
import type { AppendFile } from '../journal/disk.js';
import { measureOutbox } from './measure-ledger.js';
import { meteredDisk } from './metered-disk.js';
import { observeCommits } from './observe-commits.js';

const runId = `run_${'k'.repeat(26)}`;

/** Metrics as they were told, in order, and what is asked at a scrape. */
function told() {
  const values: (readonly [name: string, value: number])[] = [];
  const asked: (() => void | Promise<void>)[] = [];
  const metrics: Metrics = {
    ...metricsOff,
    observe: (name, _labels, value) => void values.push([name, value]),
    set: (name, _labels, value) => void values.push([name, value]),
    onScrape: (_collector, collect) => void asked.push(collect),
  };
  return { metrics, values, scrape: () => Promise.all(asked.map((collect) => collect())) };
}

describe('a metered disk', () => {
  const failing = new Error('no space');
  const file = (over: Partial<AppendFile> = {}): AppendFile => ({
    append: () => Promise.resolve(),
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...over,
  });

  it('given a sync, then its time is told; given one that fails, then the fault is thrown on and nothing is told', async () => {
    const { metrics, values } = told();
    await (await meteredDisk({ create: async () => Promise.resolve(file()) }, metrics).create('x')).sync();
    expect(values).toEqual([['marketops_ledger_sync_duration_seconds', expect.any(Number)]]);
    const broken = meteredDisk(
      { create: async () => Promise.resolve(file({ sync: () => Promise.reject(failing) })) },
      metrics,
    );
    await expect((await broken.create('x')).sync()).rejects.toBe(failing);
    expect(values).toHaveLength(1);
  });

  it('has of a disk what that has, and no more: a file that is there at once need not appear', async () => {
    const plain = meteredDisk({ create: async () => Promise.resolve(file()) }, metricsOff);
    expect([plain.reopen, (await plain.create('x')).appear]).toEqual([undefined, undefined]);
    const appeared: string[] = [];
    const appearing = file({ appear: async () => Promise.resolve(void appeared.push('x')) });
    const other = meteredDisk(
      { create: async () => Promise.resolve(appearing), reopen: async () => Promise.resolve(appearing) },
      metricsOff,
    );
    await (await other.create('x')).appear?.();
    await (await other.reopen?.('x'))?.append(new Uint8Array());
    expect(appeared).toEqual(['x']);
  });
});

describe('what is seen of commits', () => {
  const batch = {
    bytes: Buffer.alloc(900),
    firstSequence: 11,
    head: { sequence: 13, hash: '' },
    placed: { segments: [{ facts: [{ runId }, { runId }] }, { facts: [{ runId: '' }] }] },
  } as unknown as BuiltBatch;
  const nowMs = () => 1_000;

  it('given a batch that is written and said, then its size is told, and each of its runs shows both once', async () => {
    const { metrics, values } = told();
    const shown: string[] = [];
    const tracing: Tracing = {
      ...tracingOff,
      past: ({ name, runId: of }) => void shown.push(`${name} ${of}`),
    };
    let say: () => void = () => undefined;
    const said = new Promise<void>((resolve) => {
      say = resolve;
    });
    observeCommits({ metrics, tracing }, { nowMs })(batch, Promise.resolve(), said);
    await new Promise(setImmediate);
    expect(shown).toEqual([`ledger commit ${runId}`]);
    say();
    await new Promise(setImmediate);
    expect(shown).toEqual([`ledger commit ${runId}`, `ledger acknowledge ${runId}`]);
    expect(values).toEqual([
      ['marketops_ledger_batch_events', 3],
      ['marketops_ledger_batch_bytes', 900],
    ]);
  });

  it('given a batch that cannot be written, then nothing is told, and nothing is thrown beside the fault itself', async () => {
    const { metrics, values } = told();
    const fault = Promise.reject(new Error('no space'));
    fault.catch(() => undefined);
    observeCommits({ metrics, tracing: tracingOff }, { nowMs })(batch, fault, fault);
    await new Promise(setImmediate);
    expect(values).toEqual([]);
  });
});

it.each([
  [{ appends: 3, oldestMs: 4_000 }, 3, 6],
  [{ appends: 0, oldestMs: null }, 0, 0],
  // The clock of Redis was set back meanwhile.
  [{ appends: 1, oldestMs: 99_000 }, 1, 0],
])(
  'given %j in the outbox at ten seconds, then the lag is %d appends and %d seconds',
  async (backlog, appends, seconds) => {
    const { metrics, values, scrape } = told();
    const store = {
      outboxBacklog: async () => Promise.resolve(backlog),
      nowMs: async () => Promise.resolve(10_000),
    };
    measureOutbox(metrics, { store } as unknown as Parameters<typeof measureOutbox>[1]);
    await scrape();
    expect(values).toEqual([
      ['marketops_ledger_lag_appends', appends],
      ['marketops_ledger_lag_seconds', seconds],
    ]);
  },
);
