import type { MarketOpsEvent } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import type { PlacedEvent } from '../ledger/ledger-reader.js';
import { lifecyclesOf } from './receipts-lifecycle.js';

const first = `rcp_${'0'.repeat(26)}`;
const second = `rcp_${'1'.repeat(26)}`;
const now = { ms: Date.parse('2026-11-20T10:30:00.000Z'), epoch: 2 };

const issued = (receipt_id: string, over: object = {}) => ({
  type: 'receipt.issued',
  data: { receipt: { receipt_id, expires_at: '2026-11-20T11:00:00.000Z', epoch: 2, ...over } },
});
const about = (type: string, receipt_id: string) => ({ type, data: { receipt_id } });
const redriven = { type: 'operation.redriven', data: { previous_receipt_id: first } };

const statesOf = (events: readonly object[], at = now): string[] =>
  lifecyclesOf(
    {
      events: events.map(
        (event, at): PlacedEvent => ({
          event: { ...event, seq: at + 1 } as MarketOpsEvent,
          sequence: at + 1,
        }),
      ),
    },
    at,
  ).map(({ state }) => state);

describe('what became of a receipt', () => {
  it.each<[string, string[], object[]]>([
    ['it was issued', ['issued'], [issued(first)]],
    ['its operation started', ['consumed'], [issued(first), about('operation.started', first)]],
    ['it was revoked', ['revoked'], [issued(first), about('receipt.revoked', first)]],
    ['federation says it expired', ['expired'], [issued(first), about('receipt.expired', first)]],
    [
      'nobody says so, and its time has passed',
      ['expired'],
      [issued(first, { expires_at: '2026-11-20T10:30:00.000Z' })],
    ],
    ['it is of an older epoch', ['expired'], [issued(first, { epoch: 1 })]],
    [
      'it was renewed',
      ['superseded', 'issued'],
      [issued(first), about('receipt.expired', first), issued(second, { supersedes: first })],
    ],
    [
      'the renewal was used',
      ['superseded', 'consumed'],
      [issued(first), issued(second, { supersedes: first }), about('operation.started', second)],
    ],
    [
      'it was used and its time has passed since',
      ['consumed'],
      [issued(first, { expires_at: '2026-11-20T10:00:00.000Z' }), about('operation.started', first)],
    ],
    ['its operation was redriven before it was used', ['superseded'], [issued(first), redriven]],
    [
      'its operation failed and was redriven',
      ['consumed', 'issued'],
      [issued(first), about('operation.started', first), redriven, issued(second, { supersedes: first })],
    ],
  ])('given that %s, then %j', (_what, states, events) => {
    expect(statesOf(events)).toEqual(states);
  });

  it('given no ledger that says which epoch it is, then the epoch speaks against nothing', () => {
    expect(statesOf([issued(first, { epoch: 1 })], { ...now, epoch: undefined as never })).toEqual([
      'issued',
    ]);
  });

  it('given its events, then each with its place in the ledger', () => {
    const [one] = lifecyclesOf(
      {
        events: [issued(first), about('operation.started', first)].map((event, at) => ({
          event: event as unknown as MarketOpsEvent,
          sequence: at + 10,
        })),
      },
      now,
    );
    expect([one?.issued.sequence, one?.consumed?.sequence]).toEqual([10, 11]);
  });
});
