import type { EventDraft } from '@marketops/contracts';
import type { RecordedEvent } from '@marketops/operator/reading';
import { canonicalJson } from '@marketops/proof';

/**
 * What deciding a step again came to.
 *
 * - `agrees`: today's code says the same, from what is recorded alone
 * - `partly`: what could be decided again agrees; what could not is named, and is not agreed to
 * - `diverges`: today's code would say something else
 * - `undecided`: what it rested on is recorded by digest only, or not at all
 * - `input`: somebody outside said it; nothing was decided
 */
export type StepVerdict = 'agrees' | 'partly' | 'diverges' | 'undecided' | 'input';

/** An event without what only its append gives it. */
export interface Saying {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

export interface Redecided {
  readonly verdict: StepVerdict;
  /** What would be said now and was not, and the other way round. Empty unless it diverges. */
  readonly would: readonly Saying[];
  readonly wouldNot: readonly Saying[];
  /** What could not be asked again, or why it diverges, in sentences. */
  readonly notes: readonly string[];
}

export const input = (note: string): Redecided => ({
  verdict: 'input',
  would: [],
  wouldNot: [],
  notes: [note],
});
export const undecided = (...notes: string[]): Redecided => ({
  ...{ verdict: 'undecided', would: [], wouldNot: [] },
  notes,
});
export const diverges = (...notes: string[]): Redecided => ({
  ...{ verdict: 'diverges', would: [], wouldNot: [] },
  notes,
});

export const sayingOf = ({ event: { stream, type, data } }: RecordedEvent): Saying => ({
  stream,
  type,
  data,
});

/** A decision's events as sayings. */
export const sayingsOf = (
  streams: readonly { readonly stream: string; readonly events: readonly EventDraft[] }[],
): Saying[] =>
  streams.flatMap(({ stream, events }) => events.map(({ type, data }) => ({ stream, type, data })));

/**
 * Holds what was said against what would be said, whatever the order over several streams.
 * @param unasked what could not be asked again: with any of it an agreement is a partial one
 */
export function compareSayings(
  was: readonly Saying[],
  would: readonly Saying[],
  unasked: readonly string[] = [],
): Redecided {
  const left = new Map<string, Saying[]>();
  for (const one of was) {
    const key = canonicalJson(one);
    left.set(key, [...(left.get(key) ?? []), one]);
  }
  const fresh = would.filter((one) => left.get(canonicalJson(one))?.pop() === undefined);
  const gone = [...left.values()].flat();
  if (fresh.length + gone.length > 0) {
    const notes = fresh.length === 0 && would.length === 0 ? ['nothing would be said'] : [];
    return { verdict: 'diverges', would: fresh, wouldNot: gone, notes: [...notes, ...unasked] };
  }
  return { verdict: unasked.length === 0 ? 'agrees' : 'partly', would: [], wouldNot: [], notes: unasked };
}
