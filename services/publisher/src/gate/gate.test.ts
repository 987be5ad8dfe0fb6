import {
  type EventDraft,
  type GateCheck,
  gateCheckNumber,
  gateChecks,
  type ReceiptClaims,
} from '@marketops/contracts';
import { ProofError } from '@marketops/proof';
import { StoreError } from '@marketops/store';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../testing/authority.js';
import {
  type Case,
  claimsFor,
  passingCase,
  rulesFor,
  sharedAuthority,
  startedEvent,
} from '../testing/gate-fixture.js';
import { releaseOperation, tagOperation } from '../testing/operations.js';
import type { GateFacts } from './context.js';
import { createGate } from './gate.js';
import { GatedOperation } from './gated-operation.js';
import { readPresentation } from './read-presentation.js';

const gate = createGate(rulesFor(sharedAuthority));

/** What the gate says to a presentation whose data was changed after federation had made it. */
const presenting = (one: Case, changes: Record<string, unknown>, facts: Partial<GateFacts> = {}) =>
  gate.judge({ ...one.facts, presented: readPresentation({ ...one.data, ...changes }), ...facts });

/** What the gate says to a receipt that was minted with these claims and stands in the stream so. */
const minting = (claims: Partial<ReceiptClaims>, facts: Partial<GateFacts> = {}) =>
  gate.judge({ ...passingCase({ claims }).facts, ...facts });

const refusedAt = (check: GateCheck, code?: string) =>
  expect.objectContaining({
    verdict: 'refuse',
    check,
    ...(code === undefined ? {} : { reason: expect.objectContaining({ code }) as unknown }),
  });
const heldAt = (check: GateCheck, code: string) =>
  expect.objectContaining({ verdict: 'hold', check, reason: expect.objectContaining({ code }) as unknown });

describe('the gate (P1: twelve checks, none weakened)', () => {
  it('asks its twelve checks in the order of the law', () => {
    const verdict = gate.judge(passingCase().facts);
    expect(verdict.answers.map(({ check }) => check)).toEqual([...gateChecks]);
    expect(gateChecks.map(gateCheckNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('passes a genuine, live, acknowledged receipt for exactly its operation', () => {
    const { facts, operation, receipt } = passingCase();
    const verdict = gate.judge(facts);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.answers.every(({ answer }) => answer.verdict === 'pass')).toBe(true);
    expect(verdict).toHaveProperty('gated.operation', operation);
    expect(verdict).toHaveProperty('gated.receipt', receipt);
  });

  describe('1 mode (D3, P1)', () => {
    it.each(['PROD', 'Prod', ' prod', 'prod ', 'dry_run', '', true, 1, null, undefined, ['prod']])(
      'mode must be exactly prod: %j is refused',
      (mode) => {
        expect(presenting(passingCase(), { mode })).toEqual(refusedAt('mode', 'mode_not_prod'));
      },
    );
    it('D4: an operation of a dry run is refused, whatever the job says', () => {
      const { facts } = passingCase();
      const stream = facts.stream === null ? null : { ...facts.stream, mode: 'dry_run' as const };
      expect(gate.judge({ ...facts, stream })).toEqual(refusedAt('mode', 'run_not_prod'));
    });
    it('a stream whose events disagree about the mode is refused', () => {
      const { facts } = passingCase();
      const stream = facts.stream === null ? null : { ...facts.stream, mode: null };
      expect(gate.judge({ ...facts, stream })).toEqual(refusedAt('mode', 'run_not_prod'));
    });
  });

  describe('2 presence (P1)', () => {
    it.each([undefined, null])('an operation requires a receipt: %j is refused', (receipt) => {
      expect(presenting(passingCase(), { receipt })).toEqual(refusedAt('presence', 'receipt_missing'));
    });
    it.each([{}, [], 'rcp_x', 7])('what is not a receipt is refused: %j', (receipt) => {
      expect(presenting(passingCase(), { receipt })).toEqual(refusedAt('presence', 'receipt_malformed'));
    });
    it('a field beside the presentation is refused', () => {
      expect(presenting(passingCase(), { force: true })).toEqual(refusedAt('presence', 'receipt_malformed'));
    });
    it('a field the signer does not know is refused', () => {
      const one = passingCase();
      const receipt = { ...one.receipt, repository: 'acme/other' };
      expect(presenting(one, { receipt })).toEqual(refusedAt('presence', 'receipt_malformed'));
    });
  });

  describe('3 signatures (P2, R2, F3)', () => {
    it('a receipt signed by another mint is refused', () => {
      const one = passingCase();
      const forged = createAuthority().issue(claimsFor(one.operation));
      expect(presenting(one, { receipt: forged })).toEqual(refusedAt('signatures', 'signature_invalid'));
    });
    it('R2: the HMAC alone, which the publisher could make itself, is not enough', () => {
      const one = passingCase();
      const other = createAuthority().issue(claimsFor(one.operation));
      const signatures = { ...one.receipt.signatures, ed25519: other.signatures.ed25519 };
      const receipt = { ...one.receipt, signatures };
      expect(presenting(one, { receipt })).toEqual(refusedAt('signatures', 'signature_invalid'));
    });
    it('P2: the Ed25519 signature alone is not enough', () => {
      const one = passingCase();
      const other = createAuthority().issue(claimsFor(one.operation));
      const signatures = { ...one.receipt.signatures, hmac_sha256: other.signatures.hmac_sha256 };
      expect(presenting(one, { receipt: { ...one.receipt, signatures } })).toEqual(refusedAt('signatures'));
    });
    it.each(['', 'AAAA', 'A'.repeat(88)])('a signature of another length is a refusal: %j', (ed25519) => {
      const one = passingCase();
      const signatures = { ...one.receipt.signatures, ed25519 };
      expect(presenting(one, { receipt: { ...one.receipt, signatures } })).toEqual(refusedAt('signatures'));
    });
    it.each([
      ['an unknown key', { key_id: 'nobody-mint' }, 'key_unknown'],
      ['an unknown HMAC key', { hmac_key_id: 'nobody' }, 'key_unknown'],
      ['a key of another purpose', { key_id: 'federation-actor' }, 'key_wrong_purpose'],
    ])('%s is refused', (_name, claims, code) => {
      expect(minting(claims)).toEqual(refusedAt('signatures', code));
    });
    it('a key that has been revoked is refused', () => {
      const authority = createAuthority('2026-01-31T12:00:30.000Z');
      const one = passingCase();
      const receipt = authority.issue(claimsFor(one.operation));
      const rules = { ...rulesFor(authority) };
      const presented = readPresentation({ ...one.data, receipt });
      expect(createGate(rules).judge({ ...one.facts, presented })).toEqual(
        refusedAt('signatures', 'key_revoked'),
      );
    });
  });

  describe('4 enforceable (P1, F5)', () => {
    it('advisory receipts refused: a genuine advisory is named as one', () => {
      const one = passingCase();
      const receipt = sharedAuthority.advise(one.receipt);
      expect(presenting(one, { receipt })).toEqual(refusedAt('enforceable', 'not_enforceable'));
    });
    it('advisory receipts refused: a receipt whose flag was changed too', () => {
      const one = passingCase();
      const receipt = { ...one.receipt, enforceable: false };
      expect(presenting(one, { receipt })).toEqual(refusedAt('enforceable', 'not_enforceable'));
    });
  });

  describe('5 audience (R1)', () => {
    const { audience } = claimsFor(releaseOperation());
    it.each([
      ['another issuer', { issuer: 'someone-else' }, 'issuer_differs'],
      ['another environment', { audience: { ...audience, environment: 'staging' } }, 'audience_differs'],
      ['another API', { audience: { ...audience, api_origin: 'https://ghe.test' } }, 'audience_differs'],
      ['another log', { audience: { ...audience, log_origin: 'other.test' } }, 'audience_differs'],
      ['an epoch that has passed', { epoch: 1 }, 'epoch_passed'],
      ['an epoch that was never opened', { epoch: 3 }, 'epoch_unknown'],
    ])('%s is refused', (_name, claims, code) => {
      const { control } = passingCase().facts;
      const second = control === null ? null : { ...control, epoch: 2 };
      const facts = 'epoch' in claims ? { control: second } : {};
      expect(minting(claims, facts)).toEqual(refusedAt('audience', code));
    });
    it('a missing control key holds: absence never means unused', () => {
      expect(minting({}, { control: null })).toEqual(heldAt('audience', 'control_missing'));
    });
    it('the publisher’s own allow-list stands even against federation', () => {
      const operation = releaseOperation({ repository: { id: 1, owner: 'acme-evil', name: 'widgets' } });
      expect(gate.judge(passingCase({ operation }).facts)).toEqual(refusedAt('audience', 'not_served_here'));
    });
  });

  describe('6 run_binding (P3)', () => {
    it('cross-run replay detected: run_id must match', () => {
      const other = `run_${'1'.repeat(26)}`;
      expect(presenting(passingCase(), { run_id: other })).toEqual(refusedAt('run_binding', 'run_differs'));
    });
    it('cross-run replay detected: also where the other run has no stream', () => {
      const other = `run_${'1'.repeat(26)}`;
      const verdict = presenting(
        passingCase(),
        { run_id: other },
        { stream: null, operation: { status: 'absent' } },
      );
      expect(verdict).toEqual(refusedAt('run_binding', 'run_differs'));
    });
  });

  describe('7 kind_binding (P3)', () => {
    it('operation_kind must match', () => {
      const verdict = presenting(passingCase(), { operation_kind: 'tag_repo' });
      expect(verdict).toEqual(refusedAt('kind_binding', 'kind_differs'));
    });
    it('a receipt minted for another kind than the operation’s is refused', () => {
      expect(minting({ operation_kind: 'open_pr' })).toEqual(refusedAt('kind_binding', 'kind_differs'));
    });
  });

  describe('8 operation_binding (R1)', () => {
    it('cross-operation replay detected: operation_id must match', () => {
      const verdict = presenting(passingCase(), { operation_id: 'other' });
      expect(verdict).toEqual(refusedAt('operation_binding', 'operation_id_differs'));
    });
    it.each([
      ['operation_digest', { operation_digest: 'e'.repeat(64) }],
      ['plan_digest', { plan_digest: 'e'.repeat(64) }],
      ['tenant_id', { tenant_id: 'globex' }],
      ['operation_id', { operation_id: 'other' }],
    ])('a receipt with another %s is refused', (name, claims) => {
      expect(minting(claims)).toEqual(refusedAt('operation_binding', `${name}_differs`));
    });
    it.each([
      ['the repository', { repository: { id: 2, owner: 'acme', name: 'widgets' } }],
      ['the tag', { tag_name: 'v1.4.1' }],
      ['the target', { target_sha: 'f'.repeat(40) }],
      ['the body', { body: 'Something else.' }],
      ['draft', { draft: true }],
      ['prerelease', { prerelease: true }],
      ['make_latest', { make_latest: 'false' as const }],
    ])('byte for byte: %s changed under the receipt is refused', (_name, changes) => {
      const operation = releaseOperation(changes);
      const { facts } = passingCase();
      const changed = passingCase({ operation }).facts.operation;
      const verdict = gate.judge({ ...facts, operation: changed });
      expect(verdict).toEqual(refusedAt('operation_binding', 'operation_digest_differs'));
    });
    it('an operation that is not in the run is refused', () => {
      const verdict = gate.judge({
        ...passingCase().facts,
        stream: null,
        operation: { status: 'absent' },
      });
      expect(verdict).toEqual(refusedAt('operation_binding', 'operation_unknown'));
    });
  });

  describe('9 unconsumed (P4, R3)', () => {
    it('a consumed receipt cannot be reused by another job', () => {
      const { receipt, facts } = passingCase({ events: [] });
      const started = passingCase({ events: [startedEvent(receipt)] }).facts;
      const verdict = gate.judge({ ...started, presented: facts.presented, jobId: 'somebody-else' });
      expect(verdict).toEqual(refusedAt('unconsumed', 'receipt_consumed'));
    });
    it('a later attempt of the job that started it passes', () => {
      const { receipt } = passingCase();
      const { facts } = passingCase({ events: [startedEvent(receipt)] });
      expect(gate.judge(facts).verdict).toBe('pass');
      expect(gate.judge({ ...facts, jobId: `${receipt.receipt_id}.s1700000000000` }).verdict).toBe('pass');
      expect(gate.judge({ ...facts, jobId: `${receipt.receipt_id}.sx` }).verdict).toBe('refuse');
    });
    it('a receipt that has been superseded is refused', () => {
      const renewed = sharedAuthority.issue(
        claimsFor(releaseOperation(), { receipt_id: 'rcp_01JD0000000000000000000005' }),
      );
      const { facts } = passingCase({ events: [{ type: 'receipt.issued', data: { receipt: renewed } }] });
      expect(gate.judge(facts)).toEqual(refusedAt('unconsumed', 'receipt_superseded'));
    });
    it('a receipt that has been superseded is refused as such when the later one has ended too', () => {
      const renewed = sharedAuthority.issue(
        claimsFor(releaseOperation(), { receipt_id: 'rcp_01JD0000000000000000000005' }),
      );
      const expired = {
        type: 'receipt.expired' as const,
        data: { receipt_id: renewed.receipt_id, reason: { code: 'x', message: 'x', remedy: 'x' } },
      };
      const { facts } = passingCase({
        events: [{ type: 'receipt.issued', data: { receipt: renewed } }, expired],
      });
      expect(gate.judge(facts)).toEqual(refusedAt('unconsumed', 'receipt_superseded'));
    });
    it('a receipt that has been revoked is refused, also when another was issued after it', () => {
      const { receipt } = passingCase();
      const renewed = sharedAuthority.issue(
        claimsFor(releaseOperation(), { receipt_id: 'rcp_01JD0000000000000000000005' }),
      );
      const revoked: EventDraft = {
        type: 'receipt.revoked',
        data: {
          receipt_id: receipt.receipt_id,
          reason: { code: 'revoked', message: 'The tag is wrong.', remedy: 'Ask.' },
          command: null,
        },
      };
      for (const events of [
        [revoked],
        [revoked, { type: 'receipt.issued', data: { receipt: renewed } } satisfies EventDraft],
      ]) {
        expect(gate.judge(passingCase({ events }).facts)).toEqual(refusedAt('unconsumed', 'receipt_revoked'));
      }
    });
    it.each(['skipped', 'expired'])('an operation that is %s has no live receipt', (how) => {
      const { receipt } = passingCase();
      const reason = { code: 'x', message: 'x', remedy: 'x' };
      const { facts } = passingCase({
        events: [
          how === 'skipped'
            ? { type: 'operation.skipped', data: { operation_id: receipt.operation_id, reason } }
            : { type: 'receipt.expired', data: { receipt_id: receipt.receipt_id, reason } },
        ],
      });
      expect(gate.judge(facts)).toEqual(refusedAt('unconsumed', 'receipt_not_live'));
    });
  });

  describe('10 unexpired (P5)', () => {
    it.each(['2026-01-31T13:00:00.000Z', '2026-01-31T13:00:00.001Z', '2026-02-01T12:00:00.000Z'])(
      'expired refused: at %s',
      (now) => {
        expect(minting({}, { now })).toEqual(refusedAt('unexpired', 'receipt_expired'));
      },
    );
    it('one millisecond before its expiry it passes: the limit has no grace and no margin', () => {
      expect(minting({}, { now: '2026-01-31T12:59:59.999Z' }).verdict).toBe('pass');
    });
    it('30 s of skew are forgiven to a new receipt, not more', () => {
      expect(minting({}, { now: '2026-01-31T11:59:30.000Z' }).verdict).toBe('pass');
      const early = minting({}, { now: '2026-01-31T11:59:29.999Z' });
      expect(early).toEqual(refusedAt('unexpired', 'receipt_from_future'));
    });
    it('a clock that is off holds a resumption too: leases are compared by time', () => {
      const { receipt } = passingCase();
      const { facts } = passingCase({ events: [startedEvent(receipt)] });
      expect(gate.judge({ ...facts, clockSkewMs: 60_000 })).toEqual(heldAt('unexpired', 'clock_skew'));
    });
    it.each([5_001, -5_001])('a clock %d ms from the store’s holds, it does not refuse', (clockSkewMs) => {
      expect(minting({}, { clockSkewMs })).toEqual(heldAt('unexpired', 'clock_skew'));
      const expired = { clockSkewMs, now: '2026-01-31T14:00:00.000Z' };
      expect(minting({}, expired)).toEqual(heldAt('unexpired', 'clock_skew'));
    });
  });

  describe('11 fresh (P1)', () => {
    it('stale (older than 24 h) refused: a lifetime beyond 24 h is refused at any age', () => {
      const expires_at = '2026-02-01T12:00:00.001Z';
      expect(minting({ expires_at })).toEqual(refusedAt('fresh', 'receipt_stale'));
    });
    it('stale (older than 24 h) refused: not_before cannot shorten a lifetime', () => {
      const claims = { expires_at: '2026-02-02T11:00:00.000Z', not_before: '2026-02-01T11:30:00.000Z' };
      const verdict = minting(claims, { now: '2026-02-01T11:40:00.000Z' });
      expect(verdict).toEqual(refusedAt('fresh', 'receipt_stale'));
    });
    it('exactly 24 h of lifetime pass while it is young', () => {
      const claims = { expires_at: '2026-02-01T12:00:00.000Z' };
      expect(minting(claims, { now: '2026-02-01T11:59:59.999Z' }).verdict).toBe('pass');
      const late = minting(claims, { now: '2026-02-01T12:00:00.000Z' });
      expect(late).toEqual(refusedAt('unexpired'));
    });
  });

  describe('12 acknowledged (X1, O1)', () => {
    it('X1: an issuance the ledger has not acknowledged holds', () => {
      const verdict = minting({}, { issuanceAcknowledged: false });
      expect(verdict).toEqual(heldAt('acknowledged', 'acknowledgement_late'));
    });
    it('an account that has reached its cap holds until the hour has room, and a resumption goes on', () => {
      expect(minting({}, { capWaitMs: 90_000 })).toMatchObject({
        ...{ verdict: 'hold', check: 'acknowledged', delayMs: 90_000 },
        reason: { code: 'hourly_cap' },
      });
      const { receipt } = passingCase();
      const { facts } = passingCase({ events: [startedEvent(receipt)] });
      expect(gate.judge({ ...facts, capWaitMs: 90_000 }).verdict).toBe('pass');
    });
    it('what is refused for anything else is refused at once, cap or not', () => {
      const expired = { capWaitMs: 90_000, now: '2026-01-31T14:00:00.000Z' };
      expect(minting({}, expired)).toEqual(refusedAt('unexpired', 'receipt_expired'));
    });
    it('a receipt that is genuine and not in the stream is refused', () => {
      const one = passingCase();
      const receipt = sharedAuthority.issue(
        claimsFor(one.operation, { epoch: 1, issued_at: '2026-01-31T12:00:01.000Z' }),
      );
      expect(presenting(one, { receipt })).toEqual(refusedAt('acknowledged', 'receipt_not_issued'));
    });
    const scopes = ['all', 'tenant:acme', 'account:acme', 'repository:acme/widgets'];
    it.each(scopes)('O1: frozen by the control key holds: %s', (scope) => {
      const { facts } = passingCase();
      const control =
        facts.control === null ? null : { ...facts.control, frozen: new Map([[scope, 'stop']]) };
      expect(gate.judge({ ...facts, control })).toEqual(heldAt('acknowledged', 'frozen'));
    });
    it.each(scopes)('O1: frozen by the system stream holds though the control key is clean: %s', (scope) => {
      const verdict = minting({}, { systemFrozen: new Map([[scope, 'stop']]) });
      expect(verdict).toEqual(heldAt('acknowledged', 'frozen'));
    });
    it('O1: names are compared without case, as GitHub compares them', () => {
      const operation = releaseOperation({ repository: { id: 4_711, owner: 'ACME', name: 'Widgets' } });
      const { facts } = passingCase({ operation });
      const systemFrozen = new Map([['repository:acme/widgets', 'stop']]);
      expect(gate.judge({ ...facts, systemFrozen })).toEqual(heldAt('acknowledged', 'frozen'));
    });
    it('another tenant’s freeze is not ours', () => {
      expect(minting({}, { systemFrozen: new Map([['tenant:globex', 'stop']]) }).verdict).toBe('pass');
    });
    it('a partition that is closed holds', () => {
      const { facts } = passingCase();
      const control = facts.control === null ? null : { ...facts.control, state: 'closed' as const };
      expect(gate.judge({ ...facts, control })).toEqual(heldAt('acknowledged', 'partition_closed'));
    });
  });

  describe('P8: fail closed', () => {
    it('a transient fault while checking holds', () => {
      const fault = new StoreError('store_unavailable', 'the blob store is away', {
        next: 'wait',
        retry: 'transient',
      });
      const verdict = minting({}, { operation: { status: 'fault', fault } });
      expect(verdict).toEqual(heldAt('operation_binding', 'check_failed'));
    });
    it.each([
      ['a typed fault', new ProofError('json_malformed', 'The text is not JSON.')],
      ['a missing blob', new StoreError('blob_missing', 'there is no blob', { next: 'restore it' })],
      ['a defect', new TypeError('x is not a function')],
    ])('%s while checking refuses', (_name, fault) => {
      const verdict = minting({}, { operation: { status: 'fault', fault } });
      expect(verdict).toEqual(refusedAt('operation_binding', 'check_failed'));
    });
    it('an error whose properties throw is a refusal too', () => {
      const { facts } = passingCase();
      const control = new Proxy(facts.control ?? {}, {
        get: () => {
          throw new TypeError('hostile');
        },
      }) as unknown as GateFacts['control'];
      expect(gate.judge({ ...facts, control }).verdict).toBe('refuse');
    });
  });

  describe('P7: only the gate makes a GatedOperation', () => {
    it('knows its own and no look-alike', () => {
      const verdict = gate.judge(passingCase().facts);
      const gated = verdict.verdict === 'pass' ? verdict.gated : undefined;
      expect(GatedOperation.is(gated)).toBe(true);
      expect(GatedOperation.is({ ...gated })).toBe(false);
      expect(GatedOperation.is(Object.create(GatedOperation.prototype))).toBe(false);
      expect(() => Object.assign(gated ?? {}, { operation: tagOperation() })).toThrow(TypeError);
    });
    it('cannot be constructed with another token', () => {
      const Constructor = GatedOperation as unknown as new (...parts: unknown[]) => GatedOperation;
      const { operation, receipt } = passingCase();
      expect(() => new Constructor(Symbol('gate'), operation, receipt)).toThrow(/only the gate/);
    });
    it('takes twelve passes, in order', () => {
      const { facts, operation, receipt } = passingCase();
      const { answers } = gate.judge(facts);
      expect(() => GatedOperation.admit(operation, receipt, answers.slice(1))).toThrow(/twelve/);
      expect(() => GatedOperation.admit(operation, receipt, [...answers].reverse())).toThrow(/twelve/);
      const held = answers.map((one, at) =>
        at === 3 ? { ...one, answer: { verdict: 'not_asked' as const } } : one,
      );
      expect(() => GatedOperation.admit(operation, receipt, held)).toThrow(/twelve/);
    });
  });
});
