import type { EventType, MarketOpsEvent } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { eventText } from '../event-text.js';

const digest = 'a'.repeat(64);
const time = '2026-01-31T12:00:00.000Z';
const until = '2026-01-31T13:00:00.000Z';
const reason = { code: 'key_revoked', message: 'The key was revoked.', remedy: 'Submit it again.' };
const approval = {
  ...{ approver: 'alice', operations: 'all', expires_at: until, reason: 'read \u202eit', withdraws: null },
};

const words: readonly [EventType, object, string][] = [
  [
    'approval.requested',
    {
      operation_ids: ['tag', 'release'],
      expires_at: until,
      needs: [
        { policy_id: 'p', approvals: 2, group: 'release-managers' },
        { policy_id: 'q', approvals: 1, group: null },
      ],
    },
    'asks for approval of tag, release: 2 by release-managers and 1 by any approver, until 13:00:00Z',
  ],
  [
    'approval.requested',
    { operation_ids: ['tag'], expires_at: until, needs: [], evidence: ['ci.result=passed'] },
    'asks for approval of tag: ci.result=passed, until 13:00:00Z',
  ],
  [
    'approval.counted',
    { operation_ids: ['tag', 'release'] },
    'counts what was said for tag, release; the ledger vouches that nothing is missing',
  ],
  ['approval.granted', { approval }, 'alice approves the whole plan, until 13:00:00Z: read \\u{202e}it'],
  [
    'approval.denied',
    { approval: { ...approval, operations: ['tag'], reason: 'no' } },
    'alice denies tag: no',
  ],
  [
    'approval.withdrawn',
    { approval: { ...approval, withdraws: '01K', reason: null } },
    'alice takes back the approval 01K',
  ],
  [
    'evidence.recorded',
    { evidence: { issuer: 'ci', kind: 'ci.result', value: 'passed', expires_at: until } },
    'ci says ci.result passed, until 13:00:00Z',
  ],
  [
    'receipt.issued',
    { receipt: { receipt_id: 'rcp_2', expires_at: until, supersedes: 'rcp_1' } },
    'receipt rcp_2, until 13:00:00Z, in place of rcp_1',
  ],
  [
    'receipt.revoked',
    { receipt_id: 'rcp_1', reason, command: { principal: 'bob' } },
    'receipt rcp_1 revoked by bob: The key was revoked. (key_revoked)',
  ],
  [
    'receipt.revoked',
    { receipt_id: 'rcp_1', reason, command: null },
    'receipt rcp_1 revoked with the key that signed it: The key was revoked. (key_revoked)',
  ],
  [
    'key.added',
    { key: { key_id: 'alice-1', purpose: 'approver', principal: 'alice' } },
    'key alice-1 of alice listed for approver',
  ],
  [
    'key.rotated',
    { key_id: 'mint-1', replaced_by: 'mint-2', not_after: until },
    'key mint-1 signs until 13:00:00Z, then mint-2',
  ],
  [
    'key.revoked',
    { key_id: 'alice-1', revoked_at: time, reason: 'left' },
    'key alice-1 revoked from 12:00:00Z on: left',
  ],
  [
    'policy.loaded',
    { policy_digest: digest, previous_digest: 'b'.repeat(64), policies: 3 },
    'policy aaaaaaaaaaaa… in force, 3 rules, in place of bbbbbbbbbbbb…',
  ],
  [
    'system.frozen',
    { scopes: ['all'], principal: 'alice', reason: 'an incident' },
    'alice froze all: an incident',
  ],
  [
    'system.unfrozen',
    { scopes: ['tenant:acme'], principal: 'bob', reason: 'over' },
    'bob unfroze tenant:acme: over',
  ],
];

describe('words of authority', () => {
  it.each(words)('of %s', (type, data, text) => {
    const event = { id: '1', stream: 'system', seq: 1, type, time, data } as unknown as MarketOpsEvent;
    expect(eventText(event).text).toBe(text);
  });
});
