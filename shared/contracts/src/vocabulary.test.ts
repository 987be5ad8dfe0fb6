import { describe, expect, it } from 'vitest';
import {
  type EventType,
  emitterFault,
  gateCheckNumber,
  gateChecks,
  isEventType,
  parseEvent,
  placementFault,
  Scope,
  vocabulary,
} from './vocabulary.js';

const runId = `run_${'a'.repeat(26)}`;
const run = `run/${runId}`;
/** The table of the design, for the types of this release: type, stream, who may say it. */
const rows: [EventType, string, string][] = [
  ['plan.requested', 'run', 'planner console'],
  ['plan.generated', 'run', 'planner'],
  ['plan.rejected', 'run', 'planner'],
  ['operation.planned', 'op', 'planner'],
  ['operation.blocked', 'op', 'planner'],
  ['operation.authorized', 'op', 'federation'],
  ['receipt.issued', 'op', 'federation'],
  ['receipt.advised', 'op', 'federation'],
  ['receipt.expired', 'op', 'federation'],
  ['operation.started', 'op', 'publisher'],
  ['operation.resumed', 'op', 'publisher'],
  ['operation.held', 'op', 'publisher'],
  ['operation.retried', 'op', 'publisher'],
  ['operation.succeeded', 'op', 'publisher'],
  ['operation.failed', 'op', 'publisher'],
  ['operation.refused', 'op', 'publisher'],
  ['operation.uncertain', 'op', 'publisher'],
  ['operation.skipped', 'op', 'planner'],
  ['run.cancel_requested', 'run', 'planner'],
  ['run.stalled', 'run', 'planner'],
  ['run.completed', 'run', 'planner'],
  ['gate.refused', 'system', 'publisher'],
  ['system.frozen', 'system', 'console'],
  ['system.unfrozen', 'system', 'console'],
  ['epoch.opened', 'system', 'ledger'],
  ['stream.quarantined', 'system', 'ledger'],
];
const actors = ['planner', 'federation', 'publisher', 'ledger', 'console', 'orchestrator'];

const event = (over: object = {}) => ({
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  stream: run,
  seq: 1,
  type: 'run.cancel_requested',
  version: 1,
  tenant_id: 'acme',
  run_id: runId,
  mode: 'prod',
  actor: 'planner',
  time: '2026-01-31T12:00:00.000Z',
  causation_id: null,
  correlation_id: null,
  data: { principal: 'ci', reason: 'enough' },
  ...over,
});
const onSystem = {
  stream: 'system',
  tenant_id: null,
  run_id: null,
  mode: null,
  actor: 'ledger',
  type: 'epoch.opened',
  data: { epoch: 1, term: 1, reason: 'x' },
};

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

describe('an event', () => {
  it('given a good one, then it is typed', () => {
    expect(parseEvent(event())).toEqual({ event: event() });
    expect(parseEvent(event(onSystem))).toEqual({ event: event(onSystem) });
  });

  it.each([
    ['a type', { type: 'run.renamed' }],
    ['a version', { version: 2 }],
    ['a type named like a member of every object', { type: 'constructor.called' }],
  ])('E1: given %s this release does not know, then it is held, not wrong', (_what, over) => {
    expect(parseEvent(event(over))).toMatchObject({ unknown: true });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['a text', 'event'],
    ['a list', [event()]],
    ['no type', event({ type: undefined })],
    ['a type of another form', event({ type: 'constructor' })],
    ['a field too many', event({ extra: 1 })],
    ['a field too few', (({ actor: _, ...rest }) => rest)(event())],
    ['data of another shape', event({ data: { principal: 'ci' } })],
    ['data with a field too many', event({ data: { principal: 'ci', reason: 'x', more: 1 } })],
    ['an id that is no ULID', event({ id: 'x' })],
    ['a seq of 0', event({ seq: 0 })],
    ['a seq that is no integer', event({ seq: 1.5 })],
    ['a time with another zone', event({ time: '2026-01-31T12:00:00.000+01:00' })],
    ['an actor there is not', event({ actor: 'root' })],
    ['a mode there is not', event({ mode: 'PROD' })],
    ['a stream that climbs', event({ stream: 'op/../system' })],
    ['no mode in a run', event({ mode: null })],
    ['the run of another stream', event({ run_id: `run_${'b'.repeat(26)}` })],
    ['a tenant on system', event({ ...onSystem, tenant_id: 'acme' })],
    ['a mode on system', event({ ...onSystem, mode: 'prod' })],
  ])('E3: given %s, then it is wrong, and says so in few words', (_what, value) => {
    const parsed = parseEvent(value);
    expect(parsed).toMatchObject({ unknown: false });
    expect('fault' in parsed && parsed.fault.length).toBeLessThanOrEqual(1_000);
  });

  it('P3: given an event of one run in another’s stream, then its place is told', () => {
    expect(placementFault({ stream: run, tenant_id: 'acme', run_id: runId, mode: 'prod' })).toBeUndefined();
    expect(
      placementFault({
        stream: `op/run_${'b'.repeat(26)}/tag`,
        tenant_id: 'acme',
        run_id: runId,
        mode: 'prod',
      }),
    ).toContain('not of');
  });
});

describe('the words of the gate', () => {
  it('P1: given the checks, then there are twelve, numbered as people say them', () => {
    expect(gateChecks).toHaveLength(12);
    expect([gateCheckNumber('mode'), gateCheckNumber('unconsumed'), gateCheckNumber('acknowledged')]).toEqual(
      [1, 9, 12],
    );
  });

  it.each([
    ['all', true],
    ['tenant:acme', true],
    ['account:acme-corp', true],
    ['repository:acme/widgets', true],
    ['repository:Acme/Widgets', false],
    ['repository:acme', false],
    ['tenant:', false],
    ['everything', false],
    ['all\n', false],
  ])('O1: given the scope %j, then it is %s', (scope, expected) => {
    expect(Scope.safeParse(scope).success).toBe(expected);
  });
});
