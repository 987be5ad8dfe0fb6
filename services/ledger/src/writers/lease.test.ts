import { systemClock } from '@marketops/engine';
import { type LeaseCall, openMemoryStore } from '@marketops/store';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { LedgerError } from '../errors.js';
import { aboutOf, WriterLease } from './lease.js';

const log = { warn: () => undefined };
const lengthMs = 60_000;
const leaseOver = (store = openMemoryStore(), ms = lengthMs) =>
  new WriterLease({ store, clock: systemClock, log, lengthMs: ms });
const take = (store: ReturnType<typeof openMemoryStore>, lease: WriterLease, soon = true) =>
  store.lease({ action: 'take', holder: lease.id, about: lease.about, lengthMs: lease.lengthMs, soon });
const nothing = { isStuck: () => false, check: () => Promise.resolve() };

describe('the lease of a writer', () => {
  test('is renewed for as long as the writer lives, and given back at its end', async () => {
    const store = openMemoryStore();
    const lease = leaseOver(store, 300);
    expect((await take(store, lease)).isMine).toBe(true);
    const calls: LeaseCall['action'][] = [];
    const { lease: call } = store;
    store.lease = (asked) => {
      calls.push(asked.action);
      return call(asked);
    };
    lease.keep();
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(4), 5_000);
    await lease.give();
    expect(calls.at(-1)).toBe('give');
    expect((await take(store, leaseOver(store), false)).isMine).toBe(true);
  });

  test('given another holds it, or a higher term is claimed, then its writer is told once; also one that asks later', async () => {
    for (const isDeposed of [false, true]) {
      const store = openMemoryStore();
      const lease = leaseOver(store, 60);
      await take(store, lease);
      if (!isDeposed) {
        await store.lease({ action: 'give', holder: lease.id });
        await take(store, leaseOver(store));
      }
      const onLost = vi.fn();
      const check = () =>
        isDeposed ? Promise.reject(new LedgerError('deposed', 'As a test says.')) : Promise.resolve();
      lease.watch({ ...nothing, check, onLost });
      lease.keep();
      await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1), 5_000);
      expect(onLost.mock.lastCall?.[0]).toMatchObject({ code: 'deposed' });
      const late = vi.fn();
      lease.watch({ ...nothing, onLost: late });
      expect(late).toHaveBeenCalledTimes(1);
      await lease.give();
    }
  });

  test('given the writer hangs, then it is not renewed, and another has it when its time is over', async () => {
    const store = openMemoryStore();
    const lease = leaseOver(store, 60);
    await take(store, lease);
    const onLost = vi.fn();
    lease.watch({ ...nothing, onLost, isStuck: () => true });
    lease.keep();
    const other = leaseOver(store);
    await vi.waitFor(async () => expect((await take(store, other)).isMine).toBe(true), 5_000);
    await lease.give();
    expect((await take(store, leaseOver(store))).isMine).toBe(false);
  });

  test('given what a holder says of itself is nonsense, then it is nobody', () => {
    const whole = JSON.parse(leaseOver().about) as object;
    expect(aboutOf(JSON.stringify(whole))).toMatchObject({ pid: process.pid, claim: null });
    for (const text of ['', '{', '[]', '{"pid":-1,"machine":"x"}', '{"pid":1}', '{"pid":"1","machine":"x"}'])
      expect(aboutOf(text)).toBeUndefined();
    const climbing = JSON.stringify({ ...whole, claim: '../../../etc/passwd' });
    expect(aboutOf(climbing)?.claim).toBeNull();
  });
});

/** What may happen, one after the other, at whatever time. */
const Act = fc.oneof(
  fc.record({ act: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ act: fc.constantFrom('take', 'hold', 'give', 'die'), who: fc.integer({ min: 0, max: 3 }) }),
);

test('whatever holders, standbys and time do: nobody is let in while another’s time runs, and somebody always is at last', async () => {
  const length = 100;
  await fc.assert(
    fc.asyncProperty(fc.array(Act, { maxLength: 60 }), async (acts) => {
      let nowMs = 1_000_000;
      const store = openMemoryStore(() => nowMs);
      const ask = (action: 'take' | 'hold', who: number) =>
        store.lease({ action, holder: `h${who}`, about: '', lengthMs: length, soon: false });
      // By what each was told, and nothing else.
      const until = new Map<number, number>();
      for (const step of acts) {
        if (step.act === 'pass') nowMs += step.ms;
        else if (step.act === 'give') {
          await store.lease({ action: 'give', holder: `h${step.who}` });
          until.delete(step.who);
        } else if (step.act === 'take' || step.act === 'hold') {
          // Only who believes that it writes holds on.
          if (step.act === 'hold' && !until.has(step.who)) continue;
          const { isMine, leftMs } = await ask(step.act, step.who);
          expect(leftMs).toBeLessThanOrEqual(length);
          for (const [other, end] of until)
            if (isMine && other !== step.who) expect(end).toBeLessThanOrEqual(nowMs);
          if (isMine) until.set(step.who, nowMs + length);
          else until.delete(step.who);
        }
      }
      await ask('take', 9);
      nowMs += length;
      expect((await ask('take', 9)).isMine).toBe(true);
    }),
    { numRuns: 300 },
  );
});
