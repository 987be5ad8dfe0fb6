import type { MarketOpsEvent } from '@marketops/contracts';
import type { PlacedEvent } from '@marketops/operator/reading';
import { eventText } from '@marketops/operator/words';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../output.js';
import { renderTimeline, timelineOf } from './timeline.js';

const runId = 'run_00000000000000000000000000';

function placed(sequence: number | undefined, second: number, stream: string, more: object): PlacedEvent {
  const time = `2026-11-20T10:00:${String(second).padStart(2, '0')}.000Z`;
  const event = { id: String(sequence), stream, seq: 1, version: 1, mode: 'prod', time, ...more };
  return { event: event as unknown as MarketOpsEvent, sequence };
}

const requested = placed(1, 0, `run/${runId}`, { type: 'plan.requested', data: { principal: 'local' } });
const held = placed(2, 3, `op/${runId}/tag`, {
  type: 'operation.held',
  data: { check: 'acknowledged', reason: { code: 'frozen', message: 'Everything is frozen.', remedy: '' } },
});
const skipped = placed(undefined, 5, `op/${runId}/tag`, {
  type: 'operation.skipped',
  data: { reason: { code: 'cancelled', message: 'The run was cancelled.', remedy: '' } },
});
const claim = placed(4, 4, 'system', {
  type: 'gate.refused',
  data: {
    check: 'signatures',
    reason: { code: 'signature_invalid', message: '\u001b[2Jforged\u202e', remedy: '' },
    claimed_run_id: runId,
    claimed_operation_id: 'tag',
    claimed_receipt_id: 'rcp_x',
  },
});

describe('timelineOf', () => {
  const timeline = timelineOf([requested, held, skipped], [claim]);

  it('groups events by phase, with times and durations', () => {
    expect(timeline.map(({ phase, durationMs, steps }) => [phase, durationMs, steps.length])).toEqual([
      ['plan', 0, 1],
      ['execute', 2_000, 3],
    ]);
  });

  it('keeps the ledger’s order, and what it does not have yet last', () => {
    expect(timeline[1]?.steps.map(({ sequence }) => sequence)).toEqual([2, 4, undefined]);
  });

  it('marks what nobody vouches for', () => {
    expect(timeline[1]?.steps.map(({ unverified }) => unverified)).toEqual([false, true, false]);
  });

  it('prints it all without letting it near the terminal', () => {
    const written: string[] = [];
    const stdout = { isTTY: false, columns: 100, write: (text: string) => written.push(text) };
    renderTimeline(createOutput({ json: false, stdout, stderr: stdout, env: {} }), timeline);
    const text = written.join('');
    expect(text).toContain('held at check 12, acknowledged: Everything is frozen. (frozen)');
    expect(text).toContain(' unverified ');
    expect(text).toContain('forged\\u{202e}');
    expect(text).not.toContain('\u001b');
    expect(text).toMatch(/not yet.*skipped: The run was cancelled/);
  });
});

describe('eventText', () => {
  it('says of an event it has no words for what its type is', () => {
    const event = placed(1, 0, 'system', { type: 'moon.risen', data: {} }).event;
    expect(eventText(event)).toMatchObject({ text: 'moon.risen', tone: 'dim' });
  });
});
