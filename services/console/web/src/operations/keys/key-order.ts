import type { KeyView } from '@marketops/client';

/** What needs a look first: what runs out, then what signs, what will, and what is over. */
const ranks = { expiring: 0, good: 1, not_yet: 2, expired: 3, revoked: 3 } as const;

const ends = ({ revoked_at: revoked, not_after: until }: KeyView): string => revoked ?? until ?? '~';

/** Within a state those that end first; then by purpose and name. Pure. */
export const keysInOrder = (keys: readonly KeyView[]): KeyView[] =>
  keys.toSorted(
    (a, b) =>
      ranks[a.state] - ranks[b.state] ||
      compare(ends(a), ends(b)) ||
      compare(a.purpose, b.purpose) ||
      compare(a.key_id, b.key_id),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
