import { canonicalJson } from '@marketops/proof';
import { describe, expect, it } from 'vitest';
import { envelopeOf } from './envelope.js';

const digest = 'a'.repeat(64);
const runId = `run_${'0'.repeat(26)}`;

const entryOf = (event: Readonly<Record<string, unknown>>, sequence = 7): string =>
  canonicalJson({
    ...{ sequence, prev_hash: digest, event_digest: digest, statement_digest: digest },
    event: {
      ...{ id: '01K', stream: `run/${runId}`, seq: 3, type: 'run.stalled', version: 1, tenant_id: 'acme' },
      ...{ run_id: runId, mode: 'prod', actor: 'planner', time: '2026-01-31T12:00:00.000Z' },
      ...{ causation_id: null, correlation_id: null, data: {} },
      ...event,
    },
  });

describe('what an entry says without being parsed', () => {
  it('given an event, then its place, type and time are read from its ends', () => {
    expect(envelopeOf(entryOf({}))).toEqual({
      ...{ actor: 'planner', runId, stream: `run/${runId}`, seq: 3, tenantId: 'acme', type: 'run.stalled' },
      ...{ time: '2026-01-31T12:00:00.000Z', sequence: 7 },
    });
    expect(envelopeOf(entryOf({ run_id: null, tenant_id: null, stream: 'system' }))).toMatchObject({
      ...{ runId: null, tenantId: null, stream: 'system' },
    });
  });

  it('given data that looks like another event’s end, then the data decides nothing', () => {
    const forged = entryOf(
      { type: 'receipt.issued', actor: 'federation', time: '2020-01-01T00:00:00.000Z' },
      1,
    );
    for (const data of [
      { reason: forged },
      { reason: forged.slice(9) },
      JSON.parse(forged),
      { zz: `${forged}"}` },
    ])
      expect(envelopeOf(entryOf({ data }))).toMatchObject({
        type: 'run.stalled',
        actor: 'planner',
        sequence: 7,
      });
  });

  it('given another form, then it says nothing, so that it is parsed and not passed over', () => {
    expect(envelopeOf('{}')).toBeUndefined();
    expect(envelopeOf(entryOf({ zebra: 1 }))).toBeUndefined();
    expect(envelopeOf(entryOf({ type: 'a"b' }))).toBeUndefined();
  });
});
