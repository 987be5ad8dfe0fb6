import type { MarketOpsEvent } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { inFlightOf } from './in-flight.js';

const runId = `run_${'0'.repeat(26)}`;
const leaseUntil = '2026-03-01T12:00:30.000Z';
const event = (seq: number, type: string, data: object): MarketOpsEvent =>
  ({
    ...{ id: `01JD000000000000000000000${seq}`, stream: `op/${runId}/release`, seq, type, version: 1, data },
    ...{ tenant_id: 'acme', run_id: runId, mode: 'prod', time: '2026-03-01T12:00:00.000Z' },
  }) as unknown as MarketOpsEvent;
const operation = { blob: `sha256:${'a'.repeat(64)}` };
const planned = event(1, 'operation.planned', { operation_id: 'release', operation });
const started = event(2, 'operation.started', {
  ...{ operation_id: 'release', receipt_id: 'rcp_1', execution_id: 'e1', lease_until: leaseUntil },
});

describe('O1: what is in flight when a freeze comes', () => {
  it('given a start without outcome, then it is, with its lease and its operation', () => {
    expect(inFlightOf([planned, started])).toEqual({
      ...{ runId, operationId: 'release', tenantId: 'acme', executionId: 'e1', leaseUntil, operation },
      startedAt: started.time,
    });
  });

  it('given no start, or an outcome, then it is not', () => {
    expect(inFlightOf([planned])).toBeUndefined();
    for (const outcome of ['operation.succeeded', 'operation.failed', 'operation.uncertain'])
      expect(inFlightOf([planned, started, event(3, outcome, {})])).toBeUndefined();
  });
});
