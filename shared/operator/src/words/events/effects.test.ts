import type { EventType, MarketOpsEvent } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { eventText } from '../event-text.js';

const command = (action: object) => ({ command: { principal: 'alice', reason: 'read \u202eit', action } });
const words: readonly [EventType, object, string][] = [
  [
    'reconcile.requested',
    command({ kind: 'reconcile', found: 'look' }),
    'alice has it looked up: read \\u{202e}it',
  ],
  [
    'reconcile.requested',
    command({ kind: 'reconcile', found: 'absent' }),
    'alice says it has no effect: read \\u{202e}it',
  ],
  [
    'operation.reconciled',
    { found: 'effect', by: 'look_up', ...command({}) },
    'no longer uncertain: its effect is there, by looking it up',
  ],
  [
    'operation.reconciled',
    { found: 'absent', by: 'operator', ...command({}) },
    'no longer uncertain: it has no effect, by alice',
  ],
  [
    'run.redriven',
    { principal: 'alice', ...command({ kind: 'redrive', operations: ['tag', 'release'] }) },
    'alice orders tag, release redriven: read \\u{202e}it',
  ],
  [
    'run.redriven',
    { principal: 'alice', ...command({ kind: 'redrive', operations: 'all' }) },
    'alice orders what can be redriven: read \\u{202e}it',
  ],
  ['redrive.taken', { operations: 1 }, 'the planner opens 1 operation again'],
  ['redrive.taken', { operations: 2 }, 'the planner opens 2 operations again'],
  [
    'operation.redriven',
    { previous_receipt_id: 'rcp_1' },
    'open again, to be authorized anew; rcp_1 counts no more',
  ],
  ['operation.redriven', { previous_receipt_id: null }, 'open again, to be authorized anew'],
  [
    'effect.drifted',
    { drift: 'edited', differs: ['title', 'body'] },
    'what was made has been edited by somebody since: title, body',
  ],
  ['effect.drifted', { drift: 'deleted', differs: [] }, 'what was made has been deleted by somebody since'],
  ['effect.restored', {}, 'what was made is again as it was authorized'],
  [
    'effect.unreceipted',
    { repository: 'acme/widgets', operation_kind: 'publish_release', url: 'https://x', marker: 'forged' },
    'acme/widgets has what no receipt allowed (publish_release), with a forged marker: https://x',
  ],
];

describe('words of effects', () => {
  it.each(words)('of %s %j', (type, data, text) => {
    const time = '2026-01-31T12:00:00.000Z';
    const event = { id: '1', stream: 'system', seq: 1, type, time, data } as unknown as MarketOpsEvent;
    expect(eventText(event).text).toBe(text);
  });
});
