import { describe, expect, it, vi } from 'vitest';
import type { LeaseAnswer } from '../lease.js';
import type { EventStore } from '../port.js';

/** Longer than any test here takes. */
const long = 60_000;
const short = 150;

/** What every store's lease must do. */
export function leaseContract(subject: () => EventStore): void {
  const take = (holder: string, more: { soon?: boolean; instead?: string; lengthMs?: number } = {}) =>
    subject().lease({
      action: 'take',
      holder,
      about: `I am ${holder}`,
      lengthMs: long,
      soon: false,
      ...more,
    });
  const hold = (holder: string, lengthMs = long) =>
    subject().lease({ action: 'hold', holder, about: `I am ${holder}`, lengthMs });
  const give = (holder: string) => subject().lease({ action: 'give', holder });
  const mine = (answer: LeaseAnswer) => answer.isMine;
  const untilTaken = (holder: string) =>
    vi.waitFor(async () => expect(mine(await take(holder))).toBe(true), { timeout: 5_000, interval: 10 });

  describe('lease', () => {
    it('given nobody else can be there, then it is taken at once; another is told who holds it and for how long', async () => {
      expect(await take('a', { soon: true })).toMatchObject({ isMine: true, holder: 'a', leftMs: long });
      const answer = await take('b', { soon: true });
      expect(answer).toMatchObject({ isMine: false, holder: 'a', about: 'I am a' });
      expect(answer.leftMs).toBeGreaterThan(long - 10_000);
      expect(answer.leftMs).toBeLessThanOrEqual(long);
      expect(mine(await hold('a'))).toBe(true);
    });

    it('given a holder that does not renew it, then the next one has it when its time is over, and not the old one any more', async () => {
      await take('a', { soon: true, lengthMs: short });
      await untilTaken('b');
      expect(await hold('a')).toMatchObject({ isMine: false, holder: 'b' });
    });

    it('given its time is over and nobody else came, then the holder goes on with it', async () => {
      await take('a', { soon: true, lengthMs: 1 });
      const since = await subject().nowMs();
      await vi.waitFor(async () => expect(await subject().nowMs()).toBeGreaterThan(since + 1));
      expect(mine(await hold('a'))).toBe(true);
    });

    it('given it was given back, then the next one has it at once; who does not hold it gives nothing back', async () => {
      await take('a', { soon: true });
      await give('b');
      expect(mine(await take('b'))).toBe(false);
      await give('a');
      expect(mine(await take('b'))).toBe(true);
    });

    it('given the store has lost it, then whoever held it takes it back, and nobody else before one length is over', async () => {
      expect(mine(await take('b'))).toBe(false);
      expect(mine(await take('c'))).toBe(false);
      expect(mine(await hold('a'))).toBe(true);
      expect(mine(await take('b'))).toBe(false);
    });

    it('given the store has lost it and its holder is gone as well, then one length later another has it', async () => {
      expect(mine(await take('b', { lengthMs: short }))).toBe(false);
      await untilTaken('b');
    });

    it('given the holder is known to have ended, then its time is not waited for; another holder’s is', async () => {
      await take('a', { soon: true });
      expect(mine(await take('b', { instead: 'z' }))).toBe(false);
      expect(mine(await take('b', { instead: 'a' }))).toBe(true);
    });

    it('given a longer lease than asked for now, as after the clock went back, then it is cut to that', async () => {
      await take('a', { soon: true, lengthMs: 3_600_000 });
      const answer = await take('b', { lengthMs: short });
      expect(answer.leftMs).toBeLessThanOrEqual(short);
      await untilTaken('b');
    });
  });
}
