import type { LedgerEntry } from '@marketops/client';
import { canonicalJson, entryOf } from '@marketops/proof';
import { webCrypto } from '@marketops/proof/web';
import { describe, expect, it } from 'vitest';
import { checkEntry, follows } from './check-entry.js';

function entryAt(sequence: number, prevHash: string): LedgerEntry {
  const event: LedgerEntry['event'] = {
    ...{ id: `01J${'0'.repeat(23)}`, stream: 'system', seq: sequence, type: 'epoch.opened', version: 1 },
    ...{ tenant_id: null, run_id: null, mode: null, actor: 'ledger', time: '2026-03-01T12:00:00.000Z' },
    ...{ causation_id: null, correlation_id: null, data: { epoch: 1, term: 1, reason: 'a first life' } },
  };
  const eventBytes = canonicalJson(event);
  const digests = { eventDigest: webCrypto.sha256Hex(eventBytes), statementDigest: 'b'.repeat(64) };
  const { hash } = entryOf(webCrypto, { sequence, prevHash, eventBytes, ...digests });
  return {
    ...{ sequence, hash, prev_hash: prevHash, event, verified: true },
    ...{ event_digest: digests.eventDigest, statement_digest: digests.statementDigest },
  };
}

const first = entryAt(1, '0'.repeat(64));
const second = entryAt(2, first.hash);

describe('an entry as it is shown', () => {
  it('given it is what the chain holds, then that is said', () => {
    expect(checkEntry(webCrypto, first)).toEqual({ holds: true });
    expect(follows(second, first)).toBe(true);
  });

  it('L1: given another event under its digest, then that is said', () => {
    const other = {
      ...first,
      event: { ...first.event, data: { epoch: 2, term: 1, reason: 'a first life' } },
    };
    expect(checkEntry(webCrypto, other)).toMatchObject({ holds: false });
  });

  it.each(['prev_hash', 'statement_digest', 'hash'] as const)(
    'L1: given another %s, then that is said',
    (name) => {
      expect(checkEntry(webCrypto, { ...first, [name]: 'c'.repeat(64) })).toMatchObject({ holds: false });
    },
  );

  it('given what is no entry, then that is said too', () => {
    expect(checkEntry(webCrypto, { ...first, hash: 'x' })).toMatchObject({ holds: false });
    expect(checkEntry(webCrypto, { ...first, prev_hash: 'x' })).toMatchObject({ holds: false });
  });

  it('given an entry that does not name the one before it, then that is said; where that one is not at hand, nothing', () => {
    expect(follows({ ...second, prev_hash: 'c'.repeat(64) }, first)).toBe(false);
    expect(follows(second, undefined)).toBeUndefined();
  });
});
