import { describe, expect, it } from 'vitest';
import { parseEvent, placementFault } from './parse-event.js';

const runId = `run_${'a'.repeat(26)}`;
const run = `run/${runId}`;
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
