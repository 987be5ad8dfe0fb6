import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isoTime, stepClock, systemClock } from './clock.js';

/** Lets promises that are ready run. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a stepped clock', () => {
  it('given sleepers, when time moves, then those due wake in the order of their deadlines, and no others', async () => {
    const clock = stepClock(1_000);
    const woken: string[] = [];
    for (const [name, ms] of [
      ['late', 30],
      ['early', 10],
      ['later', 31],
      ['middle', 20],
    ] as const) {
      void clock.sleep(ms).then(() => woken.push(name));
    }
    clock.step(9);
    await turn();
    expect(woken).toEqual([]);
    clock.step(21);
    await turn();
    expect([woken, clock.nowMs()]).toEqual([['early', 'middle', 'late'], 1_030]);
    clock.step(1);
    await turn();
    expect(woken.at(-1)).toBe('later');
  });

  it('given it stands, then nobody wakes; given nothing to wait for, then one does not wait', async () => {
    const clock = stepClock(0);
    let woken = false;
    void clock.sleep(1).then(() => {
      woken = true;
    });
    await turn();
    expect(woken).toBe(false);
    await Promise.all([clock.sleep(0), clock.sleep(-5), clock.sleep(9, AbortSignal.abort())]);
  });
});

describe.each([
  ['stepped', () => stepClock(0)],
  ['system', () => systemClock],
])('sleep of the %s clock', (_name, open) => {
  it('given the signal aborts, then it ends at once and leaves no listener', async () => {
    const stopping = new AbortController();
    const sleeping = open().sleep(60_000, stopping.signal);
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
    stopping.abort();
    await sleeping;
    expect(getEventListeners(stopping.signal, 'abort')).toEqual([]);
  });

  it('given the signal has aborted before, then it does not sleep', async () => {
    await open().sleep(60_000, AbortSignal.abort());
  });
});

describe('the system clock', () => {
  it('given it slept to the end, then time has passed and no listener is left', async () => {
    const stopping = new AbortController();
    const before = systemClock.nowMs();
    await systemClock.sleep(5, stopping.signal);
    expect(systemClock.nowMs() - before).toBeGreaterThanOrEqual(4);
    expect(getEventListeners(stopping.signal, 'abort')).toEqual([]);
  });

  it('given epoch milliseconds, then the text is the one contracts admit', () => {
    expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
