import {
  type Approval,
  type ApprovalClaims,
  type Keyring,
  type PublicKey,
  runStream,
} from '@marketops/contracts';
import { signApproval } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { softAuthenticator } from '@marketops/proof/test-kit';
import { webCrypto } from '@marketops/proof/web';
import { describe, expect, test } from 'vitest';
import type { JournalReport } from '../journal/report.js';
import { verifyJournalFiles } from '../journal/verify.js';
import { JournalMaker, ulid } from '../testing/journal-maker.js';
import { createKeys, keyringOf, logOrigin } from '../testing/keys.js';
import { testRunId } from '../testing/story.js';

const keys = createKeys();
const pair = generateSigningKey();
const own: PublicKey = {
  ...{ key_id: 'alice-1', algorithm: 'ed25519', public_key: pair.publicRawBase64, revoked_at: null },
  ...{ not_before: '2026-01-01T00:00:00.000Z', purpose: 'approver', principal: 'alice', groups: [] },
};
const bobs = softAuthenticator({ key_id: 'bob-passkey', principal: 'bob' });
const withPeople = (...people: readonly PublicKey[]): Keyring => {
  const ring = keyringOf(keys);
  return { ...ring, keys: [...ring.keys, ...people] };
};
const keyring = withPeople(own, bobs.passkey);
const claimsOf = (over: Partial<ApprovalClaims> = {}): ApprovalClaims => ({
  ...{ version: 1, approval_id: ulid(), verdict: 'grant', run_id: testRunId(1), plan_digest: 'a'.repeat(64) },
  audience: { environment: 'test', api_origin: 'https://api.github.com', log_origin: logOrigin },
  ...{ operations: 'all', approver: 'alice', key_id: 'alice-1', reason: null, withdraws: null },
  ...{ issued_at: '2026-03-01T12:00:00.000Z', expires_at: '2026-03-01T13:00:00.000Z', ...over },
});
const byAlice = (over: Partial<ApprovalClaims> = {}): Approval =>
  signApproval(nodeCrypto, claimsOf(over), loadSigningKey(pair.privatePem));
const byBob = (over: Partial<ApprovalClaims> = {}): Approval =>
  bobs.approve(claimsOf({ approver: 'bob', key_id: 'bob-passkey', ...over }));

/** A journal in which the console carried these, correctly signed by itself. */
function carried(approvals: readonly object[], ring = keyring, crypto = nodeCrypto): Promise<JournalReport> {
  const maker = new JournalMaker(keys);
  const events = approvals.map((approval) => ({ type: 'approval.granted', data: { approval } }));
  maker.say('console', runStream(testRunId(1)), events);
  maker.commit();
  return verifyJournalFiles({ files: maker.files(), keyring: ring, crypto, seen: undefined });
}
const told = ({ violations }: JournalReport) =>
  violations.map(({ code, law, sequence }) => `${code} ${law} ${sequence}`);

describe('F3: approvals in the log, for a stranger who has the keyring', () => {
  test('given their approvers signed them, with an own key and with a passkey, then nothing is told, in Node as in a browser', async () => {
    for (const crypto of [nodeCrypto, webCrypto]) {
      expect(await carried([byAlice(), byBob()], keyring, crypto)).toMatchObject({ ok: true, entries: 2 });
    }
  });

  test('given one that was changed, put to another plan, or signed by somebody else, then it is told, with its place', async () => {
    const forged = [
      { ...byAlice(), plan_digest: 'b'.repeat(64) },
      { ...byBob(), plan_digest: 'b'.repeat(64) },
      byAlice({ approver: 'bob' }),
      byAlice({ key_id: 'mallory-1' }),
      byAlice({ key_id: 'bob-passkey', approver: 'bob' }),
    ];
    for (const one of forged) {
      const report = await carried([byAlice(), one, byBob()]);
      expect(told(report)).toEqual(['approval_forged F3 2']);
      expect(report.ok).toBe(false);
    }
  });

  test('given a passkey used on a page the keyring does not list, then it is told', async () => {
    const elsewhere = withPeople(own, { ...bobs.passkey, origins: ['https://ops.console.test'] });
    expect(told(await carried([byBob()], elsewhere))).toEqual(['approval_forged F3 1']);
  });

  test('given a key that was revoked, or has ended, since: who signed is not changed by it', async () => {
    const since = { revoked_at: '2026-03-02T00:00:00.000Z' };
    const people = withPeople(
      { ...own, ...since },
      { ...bobs.passkey, not_after: '2026-03-02T00:00:00.000Z' },
    );
    expect((await carried([byAlice(), byBob()], people)).ok).toBe(true);
  });
});
