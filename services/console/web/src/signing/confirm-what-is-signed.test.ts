import {
  type ApprovalClaims,
  approvalPayloadType,
  type Operation,
  type PublicationPlan,
} from '@marketops/contracts';
import {
  approvalBytes,
  base64Url,
  canonicalJson,
  encodeBase64,
  operationDigest,
  passkeyChallenge,
  planDigest,
} from '@marketops/proof';
import { webCrypto } from '@marketops/proof/web';
import { describe, expect, it } from 'vitest';
import { type AskedApproval, confirmWhatIsSigned } from './confirm-what-is-signed.js';
import { mutationsOf } from './testing/mutations.js';

const utf8 = new TextEncoder();
const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const hour = 3_600_000;
const runId = `run_${'a'.repeat(26)}`;
const audience = { environment: 'prod', api_origin: 'https://api.github.test', log_origin: 'x.test/log' };
const tagOf = (id: string): Operation => ({
  ...{
    operation_id: id,
    kind: 'tag_repo',
    tag_name: 'v1.4.0',
    target_sha: 'a1'.repeat(20),
    message: 'größer',
  },
  repository: { id: 42, owner: 'acme', name: 'widgets' },
});
const operations = [tagOf('one'), tagOf('two')];
const planned = (operation: Operation): PublicationPlan['operations'][number] => ({
  ...{
    operation_id: operation.operation_id,
    kind: operation.kind,
    repository: 'acme/widgets',
    depends_on: [],
  },
  operation_digest: operationDigest(webCrypto, operation),
  ...{ blocked_by_mode: false, would_ship: true, reasons: [], missing_prerequisites: [] },
});
const plan: PublicationPlan = {
  ...{ version: 1, run_id: runId, tenant_id: 'acme', principal: 'ci', mode: 'prod' },
  ...{ request_digest: 'f0'.repeat(32), salt: '0f'.repeat(32), operations: operations.map(planned) },
};
const asked: AskedApproval = {
  ...{ runId, verdict: 'grant', operations: 'all', approver: 'alice', keyId: 'alice-1', audience },
  ...{ reason: 'read the notes', withdraws: null, expiresInMs: hour },
};
const claimsOf = (over: Partial<ApprovalClaims> = {}): ApprovalClaims => ({
  ...{ version: 1, approval_id: '01JABCDEFGHJKMNPQRSTVWXYZ0', verdict: 'grant', run_id: runId },
  ...{ plan_digest: planDigest(webCrypto, plan), operations: 'all', audience, approver: 'alice' },
  ...{ key_id: 'alice-1', reason: 'read the notes', withdraws: null },
  ...{ issued_at: iso(nowMs), expires_at: iso(nowMs + hour), ...over },
});
function handed(claims: ApprovalClaims) {
  const bytes = approvalBytes(claims);
  return {
    ...{ claims, payload_type: approvalPayloadType },
    payload_base64: encodeBase64(utf8.encode(canonicalJson(claims))),
    pae_base64: encodeBase64(utf8.encode(bytes)),
    challenge: base64Url(passkeyChallenge(webCrypto, bytes)),
  };
}
const shown = { plan, operations };
const faultsOf = (
  over: Partial<ApprovalClaims> = {},
  page: { plan: unknown; operations: readonly unknown[] } = shown,
  wants: AskedApproval = asked,
): readonly string[] =>
  confirmWhatIsSigned(webCrypto, handed(claimsOf(over)), page, wants, nowMs).faults.map(
    ({ message }) => message,
  );

describe('what is shown is what is signed', () => {
  it('given the statement is about the plan and operations shown, then its bytes may be signed', () => {
    const { faults, confirmed } = confirmWhatIsSigned(webCrypto, handed(claimsOf()), shown, asked, nowMs);
    expect(faults).toEqual([]);
    expect(confirmed?.signedBytes).toBe(approvalBytes(claimsOf()));
    const some = { operations: ['two', 'one'] };
    expect(faultsOf(some, shown, { ...asked, operations: ['one', 'two'] })).toEqual([]);
  });

  it('given any one thing of the plan on the page is changed, then nothing may be signed', () => {
    for (const { value, where } of mutationsOf(plan)) {
      expect(faultsOf({}, { plan: value, operations }), where).not.toEqual([]);
    }
  });

  it('given any one thing of an operation on the page is changed, or one is missing, doubled or added, then nothing may be signed', () => {
    for (const { value, where } of mutationsOf(operations)) {
      expect(faultsOf({}, { plan, operations: value }), where).not.toEqual([]);
    }
    expect(faultsOf({}, { plan, operations: [...operations, tagOf('three')] })).toEqual([
      'The plan has no operation three.',
    ]);
    expect(faultsOf({}, { plan, operations: operations.slice(1) })).toEqual([
      'The operation one is not shown.',
    ]);
  });

  it('given any one thing of the statement is changed by the server, then nothing may be signed', () => {
    // Whether it is a ULID of the server's own making is all there is to say of the nonce.
    const { approval_id: _nonce, ...rest } = claimsOf();
    for (const { value, where } of mutationsOf(rest)) {
      let toSign: ReturnType<typeof handed>;
      try {
        toSign = handed({ ...claimsOf(), ...value });
      } catch {
        continue;
      }
      const { faults, confirmed } = confirmWhatIsSigned(webCrypto, toSign, shown, asked, nowMs);
      const shorter = where.startsWith('$.expires_at') || where.startsWith('$.issued_at');
      if (shorter && confirmed !== undefined) {
        const { issued_at, expires_at } = confirmed.claims;
        expect(Date.parse(expires_at) - Date.parse(issued_at)).toBeLessThanOrEqual(hour);
      } else expect(faults, where).not.toEqual([]);
    }
  });

  it('given any one thing of the bytes is changed, then nothing may be signed', () => {
    const { claims, ...bytes } = handed(claimsOf());
    for (const { value, where } of mutationsOf(bytes)) {
      const { faults } = confirmWhatIsSigned(webCrypto, { claims, ...value }, shown, asked, nowMs);
      expect(
        faults.map(({ of }) => of),
        where,
      ).toEqual(['bytes']);
    }
  });

  it('O2: given it is one’s own plan, then a yes may not be signed', () => {
    const wants = { ...asked, approver: 'ci', keyId: 'ci-1' };
    expect(faultsOf({ approver: 'ci', key_id: 'ci-1' }, shown, wants)).toEqual([
      'It is your own plan: nobody approves their own (law O2).',
    ]);
  });

  it('given the plan is of a dry run, then nothing may be signed', () => {
    const dry: PublicationPlan = { ...plan, mode: 'dry_run' };
    const over = { plan_digest: planDigest(webCrypto, dry) };
    expect(faultsOf(over, { plan: dry, operations })).toEqual([
      'The plan on this page is of a dry run: nothing of it is ever authorized.',
    ]);
  });

  it.each<[string, Partial<ApprovalClaims>, RegExp]>([
    ['in the future', { issued_at: iso(nowMs + 61_000) }, /compare the clocks/],
    ['in the past', { issued_at: iso(nowMs - 61_000) }, /compare the clocks/],
    ['for longer than was chosen', { expires_at: iso(nowMs + hour + 1) }, /longer than you chose/],
    ['of an operation the plan does not have', { operations: ['three'] }, /other operations|does not have/],
  ])('given it is dated or made %s, then nothing may be signed', (_what, over, why) => {
    expect(faultsOf(over).join(' ')).toMatch(why);
  });

  it('given what came is no statement, plan or operation at all, then that is said', () => {
    const { claims: _claims, ...bytes } = handed(claimsOf());
    const of = (toSign: unknown, page: { plan: unknown; operations: readonly unknown[] }) =>
      confirmWhatIsSigned(webCrypto, { ...bytes, claims: toSign }, page, asked, nowMs).faults[0]?.message;
    expect(of({}, shown)).toBe('What is to be signed is no approval.');
    expect(of(claimsOf(), { plan: null, operations })).toBe('The plan on this page is none.');
    expect(of(claimsOf(), { plan, operations: ['x'] })).toBe('An operation on this page is none.');
  });
});
