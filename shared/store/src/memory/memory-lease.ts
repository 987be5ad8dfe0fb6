import type { LeaseAnswer, LeaseCall } from '../lease.js';

/** The lease's twin in memory. */
export function memoryLease(now: () => number): (call: LeaseCall) => LeaseAnswer {
  let have: { holder: string; about: string; untilMs: number } | undefined;

  return (call) => {
    if (call.action === 'give') {
      if (have?.holder === call.holder) have = { holder: '', about: '', untilMs: 0 };
      return { isMine: false, holder: '', about: '', leftMs: 0 };
    }
    const { action, holder, about, lengthMs } = call;
    const nowMs = now();
    const grant = (): LeaseAnswer => {
      have = { holder, about, untilMs: nowMs + lengthMs };
      return { isMine: true, holder, about, leftMs: lengthMs };
    };
    const isHold = action === 'hold';
    if (have?.holder === holder) return grant();
    if (have === undefined) {
      if (isHold || call.soon) return grant();
      have = { holder: '', about: '', untilMs: nowMs + lengthMs };
      return { isMine: false, holder: '', about: '', leftMs: lengthMs };
    }
    have.untilMs = Math.min(have.untilMs, nowMs + lengthMs);
    if (have.untilMs <= nowMs || (isHold && have.holder === '')) return grant();
    if (!isHold && have.holder !== '' && have.holder === call.instead) return grant();
    return { isMine: false, holder: have.holder, about: have.about, leftMs: have.untilMs - nowMs };
  };
}
