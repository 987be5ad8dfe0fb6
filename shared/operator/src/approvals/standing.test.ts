import type { Approval, ApprovalRequest, OperationState } from '@marketops/contracts';
import { approvalBy, type OutsideName, testAudience, testKeys } from '@marketops/engine/testing';
import { hear } from '@marketops/policy/hearing';
import { nodeCrypto } from '@marketops/proof/node';
import { expect, it } from 'vitest';
import { standingRequest, standingWord } from './standing.js';

const keys = testKeys();
const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const about = { run_id: `run_${'a'.repeat(26)}`, plan_digest: 'a'.repeat(64) };
const operations = ['one', 'two'];

let said = 0;
const word = (who: OutsideName, over: Partial<Approval> = {}): Approval =>
  approvalBy(keys, who, about, nowMs - 1_000 + ++said, over);
const hearing = (...approvals: Approval[]) =>
  hear(
    {
      ...{ crypto: nodeCrypto, keyring: keys.keyring, audience: testAudience, nowMs },
      ...{ runId: about.run_id, planDigest: about.plan_digest, requesters: new Set(['carol']) },
      redriver: null,
    },
    { approvals: approvals.map((approval) => ({ time: '', data: { approval } })), evidence: [] },
  );
const standing = (...approvals: Approval[]) =>
  hearing(...approvals).approvals.map((heard) => standingWord(heard, operations));

it('given a yes to all and then a no to one, then the yes counts for the other', () => {
  expect(standing(word('alice'), word('alice', { verdict: 'deny', operations: ['one'] }))).toMatchObject([
    { about: operations, countsFor: ['two'], fault: undefined },
    { about: ['one'], countsFor: ['one'], fault: undefined },
  ]);
});

it('given a yes that counts for nothing, then it is told why', () => {
  expect(standing(word('carol'), word('bob', { operations: ['three'] }))).toMatchObject([
    { countsFor: [], fault: 'nobody approves their own plan' },
    { countsFor: [], fault: 'it is about no operation of the plan' },
  ]);
});

it('O2: given a request for two of a group, then each counts once, and the operation with the fewest tells', () => {
  const request = {
    operation_ids: operations,
    needs: [
      { policy_id: 'two-people', approvals: 2, group: 'release-managers' },
      { policy_id: 'anybody', approvals: 1, group: null },
    ],
    expires_at: '2026-03-02T12:00:00.000Z',
  } as unknown as ApprovalRequest;
  const states = new Map(operations.map((id) => [id, { phase: 'planned' } as OperationState]));
  const have = (...approvals: Approval[]) =>
    standingRequest(request, hearing(...approvals), states, new Date(nowMs).toISOString()).needs.map(
      (need) => need.have,
    );
  const [alice, again, bob] = [word('alice'), word('alice'), word('bob', { operations: ['one'] })];
  expect(have()).toEqual([0, 0]);
  expect(have(alice, again, bob)).toEqual([1, 1]);
  expect(have(alice, bob, word('bob'))).toEqual([2, 2]);
  expect(have(alice, bob, word('bob'), word('carol'))).toEqual([2, 2]);
});
