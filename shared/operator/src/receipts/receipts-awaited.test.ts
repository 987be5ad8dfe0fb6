import type { MarketOpsEvent } from '@marketops/contracts';
import { expect, it } from 'vitest';
import { reached } from './receipts-awaited.js';
import { lifecyclesOf } from './receipts-lifecycle.js';

const ids = ['0', '1', '2'].map((digit) => `rcp_${digit.repeat(26)}`);
const [first = '', second = '', third = ''] = ids;
const issued = (receipt_id: string, supersedes?: string) => ({
  type: 'receipt.issued',
  data: { receipt: { receipt_id, supersedes, expires_at: '2026-11-20T11:00:00.000Z', epoch: 1 } },
});
const about = (type: string, receipt_id: string) => ({ type, data: { receipt_id } });
const reachedIn = (events: readonly object[], receiptId: string) => {
  const placed = events.map((event) => ({ event: event as MarketOpsEvent, sequence: undefined }));
  const now = { ms: Date.parse('2026-11-20T10:30:00.000Z'), epoch: 1 };
  const found = reached(lifecyclesOf({ events: placed }, now), receiptId);
  return found === undefined ? undefined : [found.receipt.receipt_id, found.state];
};
const renewed = [issued(first), issued(second, first), issued(third, second)];

it('given the receipt an order names was renewed, then what replaced it last is waited for', () => {
  expect(reachedIn([issued(first)], first)).toEqual([first, 'issued']);
  expect(reachedIn(renewed, first)).toEqual([third, 'issued']);
  expect(reachedIn([...renewed, about('receipt.revoked', third)], first)).toEqual([third, 'revoked']);
  expect(reachedIn(renewed, third)).toEqual([third, 'issued']);
});

it('given it was used, or is none of the operation, then nothing else is waited for', () => {
  const used = [issued(first), about('operation.started', first), issued(second, first)];
  expect(reachedIn(used, first)).toEqual([first, 'consumed']);
  expect(reachedIn(renewed, `rcp_${'9'.repeat(26)}`)).toBeUndefined();
});
