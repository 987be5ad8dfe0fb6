import type { GateCheck, Reason } from '@marketops/contracts';

/**
 * What one check says. `hold` is not now: it is asked again, and nothing has been decided. `not_asked` is for a check
 * whose subject is not there (nothing was presented whose signatures could be looked at); it never counts as a pass.
 */
export type Answer =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'hold'; readonly reason: Reason; readonly delayMs?: number }
  | { readonly verdict: 'refuse'; readonly reason: Reason }
  | { readonly verdict: 'not_asked' };

/** One line of the gate's report: a check, and what it said. */
export interface CheckedAnswer {
  readonly check: GateCheck;
  readonly answer: Answer;
}

export const pass: Answer = { verdict: 'pass' };
export const notAsked: Answer = { verdict: 'not_asked' };

export const refuse = (code: string, message: string, remedy: string): Answer => ({
  verdict: 'refuse',
  reason: { code, message: bounded(message), remedy },
});

export const hold = (code: string, message: string, remedy: string, delayMs?: number): Answer => ({
  verdict: 'hold',
  reason: { code, message: bounded(message), remedy },
  ...(delayMs === undefined ? {} : { delayMs }),
});

/** Reasons go into events and from there to terminals: what an attacker sent is quoted, shortened and visible ASCII. */
export const quoted = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(visible(value.slice(0, 80)));
  return value === undefined ? 'nothing' : typeof value;
};

/** A lone surrogate would have no canonical form, and so would keep the refusal out of the ledger. */
export const visible = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

const bounded = (message: string): string =>
  message.length <= 1_000 ? message : `${message.slice(0, 999)}…`;
