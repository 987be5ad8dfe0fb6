import {
  type EventDraft,
  type OperatorAction,
  type PublicKey,
  parseEvent,
  type Receipt,
} from '@marketops/contracts';
import { newUlid } from '@marketops/engine';
import { commandBy, testAudience, testKeys } from '@marketops/engine/testing';
import type { WalkedEntry } from '@marketops/verifier';
import { describe, expect, it } from 'vitest';
import { receiptFates } from './receipt-fates.js';

const runId = `run_${'a'.repeat(26)}`;
const ulid = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const digest = '0'.repeat(64);
const startMs = Date.parse('2026-01-31T12:00:00.000Z');
const hourMs = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const reason = { code: 'x', message: 'Why.', remedy: 'What to do.' };
const keys = testKeys();

const receiptId = (digit: number): string => `rcp_${String(digit).repeat(26)}`;
const receipt = (id: string, over: Partial<Receipt> = {}): Receipt => ({
  receipt_id: id,
  ...{ run_id: runId, operation_id: 'tag', operation_kind: 'tag_repo', operation_digest: digest },
  ...{ plan_digest: digest, tenant_id: 'acme', mode: 'prod', enforceable: true, issuer: 'federation' },
  ...{ audience: testAudience, epoch: 1, policy_digest: digest, evidence_digest: digest, decision_id: ulid },
  ...{ issued_at: iso(startMs), not_before: iso(startMs), expires_at: iso(startMs + hourMs) },
  ...{ key_id: 'ours', hmac_key_id: 'hmac' },
  signatures: { hmac_sha256: `${'A'.repeat(43)}=`, ed25519: `${'A'.repeat(86)}==` },
  ...over,
});
const issued = (id: string, over: Partial<Receipt> = {}): EventDraft => ({
  type: 'receipt.issued',
  data: { receipt: receipt(id, over) },
});
const started = (id: string): EventDraft => ({
  type: 'operation.started',
  data: {
    ...{ operation_id: 'tag', receipt_id: id, execution_id: ulid },
    lease_until: iso(startMs + 30_000),
  },
});
const expired = (id: string): EventDraft => ({
  type: 'receipt.expired',
  data: { receipt_id: id, reason },
});
const revoked = (id: string): EventDraft => {
  const about = { run_id: runId, operation_id: 'tag', receipt_id: id };
  const action: OperatorAction = { kind: 'revoke_receipt', ...about };
  return {
    type: 'receipt.revoked',
    data: { receipt_id: id, reason, command: commandBy(keys, 'alice', action, startMs) },
  };
};

const actors: Readonly<Partial<Record<EventDraft['type'], string>>> = { 'operation.started': 'publisher' };

/** Follows the receipts of the key `ours` through batches, with what is told after each and at the end. */
function journal(purpose: 'mint' | 'actor' = 'mint') {
  const told: [string, string, number][] = [];
  const fates = receiptFates({ key_id: 'ours', purpose } as PublicKey, (fate) =>
    told.push([fate.receipt_id, fate.state, fate.sequence]),
  );
  let sequence = 0;
  const entryOf = (draft: EventDraft, operation = 'tag'): WalkedEntry => {
    sequence += 1;
    const event = {
      ...{ id: newUlid(), stream: `op/${runId}/${operation}`, seq: sequence, version: 1 },
      ...{ tenant_id: 'acme', run_id: runId, mode: 'prod', actor: actors[draft.type] ?? 'federation' },
      ...{ time: iso(startMs), causation_id: null, correlation_id: null, ...draft },
    };
    // A test of events that nobody can read would see nothing at all.
    expect(parseEvent(event)).not.toHaveProperty('fault');
    return { entry: { sequence, event } } as unknown as WalkedEntry;
  };
  return {
    told,
    entryOf,
    commit: (drafts: readonly EventDraft[], atMs = startMs) =>
      fates.take(
        drafts.map((draft) => entryOf(draft)),
        iso(atMs),
      ),
    take: fates.take,
    end: (ms = startMs) => fates.end(ms),
  };
}

describe('what became of the receipts that a key minted', () => {
  const [first, second] = [receiptId(1), receiptId(2)];
  it.each<[string, readonly EventDraft[], [string, string, number][]]>([
    ['used', [issued(first), started(first)], [[first, 'consumed', 1]]],
    ['revoked', [issued(first), revoked(first)], [[first, 'revoked', 1]]],
    [
      'renewed: said to have expired right before, as in marketops receipts',
      [issued(first), expired(first), issued(second, { supersedes: first })],
      [[first, 'superseded', 1]],
    ],
    [
      'renewed under another key',
      [issued(first), issued(second, { supersedes: first, key_id: 'another' })],
      [[first, 'superseded', 1]],
    ],
  ])('given one that was %s, then it is told at once', (_what, drafts, told) => {
    const its = journal();
    its.commit(drafts);
    expect(its.told).toEqual(told);
  });

  it('given the end, then one that expired, one whose time has passed, and one that lives are told', () => {
    const its = journal();
    its.commit([issued(first), expired(first)]);
    const other = its.entryOf(issued(second), 'other');
    const third = its.entryOf(issued(receiptId(3), { expires_at: iso(startMs + 2 * hourMs) }), 'third');
    its.take([other, third], iso(startMs));
    expect(its.told).toEqual([]);
    its.end(startMs + hourMs);
    expect(its.told).toEqual([
      [first, 'expired', 1],
      [second, 'expired', 3],
      [receiptId(3), 'issued', 4],
    ]);
  });

  it('given another key’s receipts, or a key that mints nothing, then none is told', () => {
    const its = journal();
    its.commit([issued(first, { key_id: 'another' }), started(first)]);
    const actors = journal('actor');
    actors.commit([issued(first), started(first)]);
    for (const one of [its, actors]) one.end();
    expect([its.told, actors.told]).toEqual([[], []]);
  });

  it('given one whose time passed unsaid long ago, then it is told before the ledger ends, once', () => {
    const its = journal();
    its.commit([issued(first)]);
    const noise = its.entryOf(expired(second), 'other');
    its.take(
      Array.from({ length: 10_000 }, () => noise),
      iso(startMs + hourMs),
    );
    expect(its.told).toEqual([]);
    its.take(
      Array.from({ length: 10_000 }, () => noise),
      iso(startMs + 2 * hourMs),
    );
    expect(its.told).toEqual([[first, 'expired', 1]]);
    its.end(startMs + 3 * hourMs);
    expect(its.told).toHaveLength(1);
  });
});
