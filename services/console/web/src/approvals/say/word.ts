import type { ApprovalVerdict, OperationSet } from '@marketops/contracts';

/** What somebody is about to say of a plan, as the form has it. */
export interface Word {
  readonly verdict: ApprovalVerdict;
  readonly operations: OperationSet;
  readonly reason: string | null;
  /** The grant that is taken back. */
  readonly withdraws: string | null;
  readonly expiresInMs: number;
}

export interface Draft {
  readonly verdict: ApprovalVerdict;
  /** Ticked ones, of all that the plan has. */
  readonly ticked: ReadonlySet<string>;
  readonly reason: string;
  /** The grant to take back, of what it was about. */
  readonly withdraws: { readonly id: string; readonly operations: OperationSet } | undefined;
  readonly expiresInMs: number;
}

const hourMs = 3_600_000;
export const lifetimes = [
  { ms: hourMs, text: 'an hour' },
  { ms: 8 * hourMs, text: '8 hours' },
  { ms: 24 * hourMs, text: 'a day' },
  { ms: 7 * 24 * hourMs, text: '7 days' },
] as const;

export const reasonCharsMax = 500;

/** The word that a draft makes, or what it still lacks. Pure. */
export function wordOf(
  { verdict, ticked, reason, withdraws, expiresInMs }: Draft,
  planned: readonly string[],
): { readonly word: Word } | { readonly lacks: string } {
  const chosen = planned.filter((id) => ticked.has(id));
  const given = reason.trim();
  if (verdict === 'withdraw' && withdraws === undefined)
    return { lacks: 'Choose which approval is taken back.' };
  if (verdict !== 'withdraw' && chosen.length === 0) return { lacks: 'Choose what it is about.' };
  if (verdict === 'deny' && given === '')
    return { lacks: 'Say why: it ends the operations, in these words.' };
  if (given.length > reasonCharsMax)
    return { lacks: `The reason has more than ${reasonCharsMax} characters.` };
  // Everything is said as such: the plan’s digest fixes what that is.
  const all = chosen.length === planned.length ? 'all' : chosen;
  return {
    word: {
      verdict,
      operations: verdict === 'withdraw' && withdraws !== undefined ? withdraws.operations : all,
      reason: given === '' ? null : given,
      withdraws: verdict === 'withdraw' ? (withdraws?.id ?? null) : null,
      // Only a grant runs out; the others are signed for as long as the command signs them.
      expiresInMs: verdict === 'grant' ? expiresInMs : hourMs,
    },
  };
}
