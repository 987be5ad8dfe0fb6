import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolveRun, foldRun, initialRun, type RunState } from './run-state.js';
import { eventOf } from './testing/events.js';
import { type EventType, vocabulary } from './vocabulary.js';

const fold = (...types: EventType[]) => foldRun(types.map((type, at) => eventOf(type, at + 1)));
const ofRuns = Object.keys(vocabulary).filter(
  (type): type is EventType => vocabulary[type as EventType].stream === 'run',
);

describe('a run as the fold of its stream', () => {
  it.each<[EventType[], RunState['status']]>([
    [[], 'none'],
    [['plan.requested'], 'requested'],
    [['plan.rejected'], 'rejected'],
    [['plan.requested', 'plan.rejected'], 'rejected'],
    [['plan.requested', 'plan.generated'], 'planned'],
    [['plan.requested', 'run.cancel_requested'], 'requested'],
    [['plan.requested', 'plan.generated', 'run.cancel_requested', 'run.stalled'], 'planned'],
    [['plan.requested', 'plan.generated', 'run.completed'], 'completed'],
    [['plan.requested', 'plan.generated', 'run.completed', 'run.redriven'], 'planned'],
    [['plan.requested', 'plan.generated', 'run.completed', 'run.redriven', 'run.completed'], 'completed'],
    [['plan.requested', 'run.redriven'], 'requested'],
    [['plan.rejected', 'run.redriven'], 'rejected'],
  ])('given %j, then it is %s', (types, status) => {
    expect(fold(...types)).toMatchObject({ status, lastSeq: types.length });
  });

  it('D3: given nothing is known yet, then its mode is dry_run', () => {
    expect(initialRun.mode).toBe('dry_run');
  });

  it.each<EventType>(['plan.requested', 'plan.rejected'])(
    'given it begins with %s, then that says whose it is and in which mode',
    (type) => {
      expect(fold(type)).toMatchObject({ tenantId: 'acme', mode: 'prod' });
    },
  );

  it('D4: given what comes later, then it cannot change the mode the run was asked for in', () => {
    const requested = { ...eventOf('plan.requested'), mode: 'dry_run' as const };
    for (const type of [
      'plan.generated',
      'plan.rejected',
      'run.cancel_requested',
      'run.stalled',
      'run.completed',
    ] as const) {
      expect(evolveRun(foldRun([requested]), eventOf(type, 2)).mode).toBe('dry_run');
    }
  });

  it('given an order to redrive a run that has not ended, then it opens nothing, now or at the end, and is remembered as used', () => {
    const early = ['plan.requested', 'plan.generated', 'run.redriven', 'run.completed'] as const;
    expect(fold(...early)).toMatchObject({ status: 'completed', redriveOrders: [{ seq: 3 }] });
    expect(fold(...early).redriven).toBeUndefined();
  });

  it('given a run that is redriven, then it has no end, and nobody who was asked for approval before is asked any more', () => {
    const asked = ['plan.requested', 'plan.generated', 'approval.requested', 'approval.granted'] as const;
    const before = fold(...asked, 'run.completed');
    const { completed: _, ...open } = before;
    const order = eventOf('run.redriven', 6);
    expect(evolveRun(before, order)).toEqual({
      ...open,
      ...{ status: 'planned', lastSeq: 6, approvalRequests: [], redriven: order, redriveOrders: [order] },
    });
  });

  it('given silences, then they are counted, and the last is known', () => {
    const said = [
      eventOf('run.stalled', 1, { time: '2026-01-31T12:01:00.000Z' }),
      eventOf('run.stalled', 2, { time: '2026-01-31T12:09:00.000Z' }),
    ];
    expect(foldRun(said)).toMatchObject({ stalls: 2, stalledAt: '2026-01-31T12:09:00.000Z' });
  });

  it('given events in any order at all, then folding never throws, changes nothing it was given, and goes on from anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ofRuns), { maxLength: 12 }), fc.nat(), (types, cut) => {
        const events = types.map((type, at) => Object.freeze(eventOf(type, at + 1)));
        const at = cut % (types.length + 1);
        const halves = events.slice(at).reduce(evolveRun, Object.freeze(foldRun(events.slice(0, at))));
        expect(halves).toEqual(foldRun(events));
        expect(halves.lastSeq).toBe(types.length);
      }),
    );
  });
});
