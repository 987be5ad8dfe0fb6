import { describe, expect, it } from 'vitest';
import { type EventType, emitterFault, isEventType, vocabulary } from './vocabulary.js';

const runId = `run_${'a'.repeat(26)}`;
const run = `run/${runId}`;
/** The table of the design, for the types of this release: type, stream, who may say it. */
const rows: [EventType, string, string][] = [
  ['plan.requested', 'run', 'planner console'],
  ['plan.generated', 'run', 'planner'],
  ['plan.rejected', 'run', 'planner'],
  ['operation.planned', 'op', 'planner'],
  ['operation.blocked', 'op', 'planner'],
  ['approval.requested', 'run', 'federation'],
  ['approval.counted', 'run', 'federation'],
  ['approval.granted', 'run', 'console'],
  ['approval.denied', 'run', 'console'],
  ['approval.withdrawn', 'run', 'console'],
  ['evidence.recorded', 'run', 'console'],
  ['operation.authorized', 'op', 'federation'],
  ['receipt.issued', 'op', 'federation'],
  ['receipt.advised', 'op', 'federation'],
  ['receipt.expired', 'op', 'federation'],
  ['receipt.revoked', 'op', 'federation'],
  ['operation.started', 'op', 'publisher'],
  ['operation.resumed', 'op', 'publisher'],
  ['operation.held', 'op', 'publisher'],
  ['operation.retried', 'op', 'publisher'],
  ['operation.succeeded', 'op', 'publisher'],
  ['operation.failed', 'op', 'publisher'],
  ['operation.refused', 'op', 'publisher'],
  ['operation.uncertain', 'op', 'publisher'],
  ['reconcile.requested', 'op', 'console'],
  ['operation.reconciled', 'op', 'publisher'],
  ['operation.redriven', 'op', 'planner'],
  ['effect.drifted', 'op', 'publisher'],
  ['effect.restored', 'op', 'publisher'],
  ['operation.skipped', 'op', 'planner'],
  ['run.cancel_requested', 'run', 'planner'],
  ['run.redriven', 'run', 'console'],
  ['redrive.taken', 'run', 'planner'],
  ['run.stalled', 'run', 'planner'],
  ['run.completed', 'run', 'planner'],
  ['gate.refused', 'system', 'publisher'],
  ['access.refused', 'system', 'console'],
  ['effect.unreceipted', 'system', 'publisher'],
  ['system.frozen', 'system', 'console'],
  ['system.unfrozen', 'system', 'console'],
  ['blob.erased', 'system', 'console'],
  ['service.started', 'system', 'federation publisher'],
  ['key.added', 'system', 'federation'],
  ['key.rotated', 'system', 'federation'],
  ['key.revoked', 'system', 'federation'],
  ['policy.loaded', 'system', 'federation'],
  ['epoch.opened', 'system', 'ledger'],
  ['minting.stopped', 'system', 'ledger'],
  ['minting.resumed', 'system', 'ledger'],
  ['stream.quarantined', 'system', 'ledger'],
];
const actors = ['planner', 'federation', 'publisher', 'ledger', 'console', 'orchestrator'];

describe('who may say what', () => {
  it('E3: given every type, then stream and emitters are those of the table, and there are no others', () => {
    const ours = Object.entries(vocabulary).map(([type, { stream, emitters }]) => [
      type,
      stream,
      emitters.join(' '),
    ]);
    expect(ours).toEqual(rows);
  });

  it('F1, F4: given what mints, starts or acknowledges, then exactly one service may say it', () => {
    for (const type of [
      'receipt.issued',
      'operation.started',
      'operation.succeeded',
      'epoch.opened',
    ] as const)
      expect(vocabulary[type].emitters).toHaveLength(1);
    expect(vocabulary['receipt.issued'].emitters).toEqual(['federation']);
    expect(vocabulary['operation.started'].emitters).toEqual(['publisher']);
  });

  it('E3: given any type, actor and kind of stream, then only the table’s pairing stands', () => {
    for (const [type, stream, emitters] of rows) {
      for (const actor of actors) {
        for (const kind of ['run', 'op', 'system'] as const) {
          const fault = emitterFault({ type, stream: kind, actor }, kind);
          expect(fault === undefined).toBe(kind === stream && emitters.split(' ').includes(actor));
        }
      }
    }
  });

  it.each(['constructor', 'toString', '__proto__', 'plan.deleted', ''])(
    'E3: given the type %j, then nobody may say it',
    (type) => {
      expect(isEventType(type)).toBe(false);
      expect(emitterFault({ type, stream: run, actor: 'planner' }, 'run')).toContain('unknown');
    },
  );
});
