import type { KeyView } from '@marketops/client';
import { describe, expect, it } from 'vitest';
import { keysInOrder } from './key-order.js';

const key = (key_id: string, state: KeyView['state'], not_after: string | null = null): KeyView => ({
  ...{ key_id, state, not_after, purpose: 'actor', algorithm: 'ed25519', holder: 'planner', groups: [] },
  ...{ not_before: '2026-01-01T00:00:00.000Z', revoked_at: null, expires_in_ms: null },
});

it('given keys, then what runs out first stands first, and what is over last', () => {
  const ids = keysInOrder([
    key('old', 'expired', '2026-02-01T00:00:00.000Z'),
    key('b', 'good'),
    key('late', 'expiring', '2026-03-20T00:00:00.000Z'),
    key('a', 'good'),
    key('soon', 'expiring', '2026-03-02T00:00:00.000Z'),
    key('next', 'not_yet'),
  ]).map(({ key_id: id }) => id);
  expect(ids).toEqual(['soon', 'late', 'a', 'b', 'next', 'old']);
});

describe('no key', () => {
  it('given none, then none', () => expect(keysInOrder([])).toEqual([]));
});
