import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evolveOperation,
  foldOperation,
  holdKey,
  initialOperation,
  isTerminal,
  type OperationPhase,
} from './operation-state.js';
import { parseEvent } from './parse-event.js';
import { eventOf, receipt } from './testing/events.js';
import { type EventType, vocabulary } from './vocabulary.js';

const fold = (...types: EventType[]) => foldOperation(types.map((type, at) => eventOf(type, at + 1)));
const issue: EventType[] = ['operation.authorized', 'receipt.issued'];

/** What may come next, as planner, federation and publisher decide it; each choice is one append. */
const next: Readonly<Partial<Record<OperationPhase, readonly EventType[][]>>> = {
  none: [
    ['operation.planned'],
    ['operation.planned', 'operation.blocked'],
    ['operation.planned', 'operation.skipped'],
  ],
  planned: [issue, ['receipt.advised'], ['operation.skipped']],
  blocked: [['receipt.advised']],
  authorized: [
    ['operation.started'],
    ['receipt.expired'],
    ['operation.held'],
    ['operation.skipped'],
    ['operation.refused'],
  ],
  expired: [issue, ['operation.skipped']],
  started: [
    ['operation.resumed'],
    ['operation.retried'],
    ['operation.held'],
    ['operation.succeeded'],
    ['operation.failed'],
    ['operation.uncertain'],
  ],
  uncertain: [['reconcile.requested'], ['operation.reconciled']],
  failed: [['operation.redriven']],
  refused: [['operation.redriven']],
  advised: [['operation.redriven']],
  skipped: [['operation.redriven']],
};
const commandId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const otherCommandId = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
/** What may follow an end. */
const afterAnEnd: ReadonlySet<EventType | undefined> = new Set([
  undefined,
  'reconcile.requested',
  'operation.reconciled',
  'operation.redriven',
]);
/** Histories as they can happen: walks over the table, steered by numbers. */
const histories = fc.array(fc.nat(), { maxLength: 25 }).map((choices) => {
  const types: EventType[] = [];
  for (const choice of choices) {
    const options = next[fold(...types).phase];
    if (options === undefined) break;
    types.push(...(options[choice % options.length] ?? []));
  }
  return types;
});
const ofOperations = Object.keys(vocabulary).filter(
  (type): type is EventType => vocabulary[type as EventType].stream === 'op',
);

describe('an operation as the fold of its stream', () => {
  it.each<[EventType[], OperationPhase]>([
    [[], 'none'],
    [['operation.planned'], 'planned'],
    [['operation.planned', 'operation.blocked'], 'blocked'],
    [['operation.planned', 'operation.blocked', 'receipt.advised'], 'advised'],
    [['operation.planned', 'operation.skipped'], 'skipped'],
    [['operation.planned', 'operation.authorized'], 'planned'],
    [['operation.planned', ...issue], 'authorized'],
    [['operation.planned', ...issue, 'operation.held'], 'authorized'],
    [['operation.planned', ...issue, 'receipt.expired'], 'expired'],
    [['operation.planned', ...issue, 'operation.started'], 'started'],
    [
      [
        'operation.planned',
        ...issue,
        'operation.started',
        'operation.resumed',
        'operation.retried',
        'operation.held',
      ],
      'started',
    ],
    [['operation.planned', ...issue, 'operation.started', 'operation.succeeded'], 'succeeded'],
    [['operation.planned', ...issue, 'operation.started', 'operation.failed'], 'failed'],
    [['operation.planned', ...issue, 'operation.started', 'operation.uncertain'], 'uncertain'],
    [['operation.planned', ...issue, 'operation.refused'], 'refused'],
    [['operation.planned', 'receipt.advised', 'operation.redriven'], 'planned'],
    [['operation.planned', 'operation.skipped', 'operation.redriven', ...issue], 'authorized'],
  ])('given %j, then it is %s', (types, phase) => {
    expect(fold(...types).phase).toBe(phase);
  });

  it('R3: given it starts, then its receipt is the consumed one, and every receipt there ever was is kept', () => {
    const renewed = { data: { receipt: { ...receipt, receipt_id: 'rcp_01BX5ZZKBKACTAV9WEVGEMMVRZ' } } };
    const state = foldOperation([
      eventOf('operation.planned', 1),
      eventOf('receipt.issued', 2),
      eventOf('receipt.expired', 3),
      eventOf('receipt.issued', 4, renewed),
      eventOf('operation.started', 5),
    ]);
    expect(state.receipts.map(({ receipt_id }) => receipt_id)).toEqual([
      receipt.receipt_id,
      'rcp_01BX5ZZKBKACTAV9WEVGEMMVRZ',
    ]);
    expect(state.issued?.data.receipt).toBe(state.receipts.at(-1));
  });

  it('R3: given a redrive of what failed, then nothing of before is in force, and its receipts are kept as history', () => {
    const failed = fold(
      'operation.planned',
      ...issue,
      'operation.started',
      'operation.held',
      'operation.retried',
      'operation.failed',
    );
    const redriven = evolveOperation(failed, eventOf('operation.redriven', 8));
    expect(redriven).toEqual({
      ...initialOperation,
      phase: 'planned',
      lastSeq: 8,
      lastId: eventOf('operation.redriven', 8).id,
      planned: failed.planned,
      receipts: failed.receipts,
      redriven: eventOf('operation.redriven', 8),
      redrives: 1,
      redriveCommandIds: [commandId],
    });
    const again = [...issue, 'operation.started', 'operation.failed', 'operation.redriven'] as const;
    expect(
      again.reduce((state, type, at) => evolveOperation(state, eventOf(type, 9 + at)), redriven),
    ).toMatchObject({
      phase: 'planned',
      redrives: 2,
      redriveCommandIds: [commandId, commandId],
      receipts: [receipt, receipt],
    });
  });

  it.each<[OperationPhase, EventType[]]>([
    ['none', []],
    ['blocked', ['operation.planned', 'operation.blocked']],
    ['authorized', ['operation.planned', ...issue]],
    ['expired', ['operation.planned', ...issue, 'receipt.expired']],
    ['started', ['operation.planned', ...issue, 'operation.started']],
    ['succeeded', ['operation.planned', ...issue, 'operation.started', 'operation.succeeded']],
    ['uncertain', ['operation.planned', ...issue, 'operation.started', 'operation.uncertain']],
  ])(
    'X2: given a redrive of what is %s, then it changes nothing but the place, and the order is remembered as used',
    (phase, types) => {
      const before = fold(...types);
      const after = evolveOperation(before, eventOf('operation.redriven', types.length + 1));
      expect(after).toEqual({
        ...{
          ...before,
          phase,
          lastSeq: types.length + 1,
          lastId: eventOf('operation.redriven', types.length + 1).id,
        },
        redriveCommandIds: [commandId],
      });
    },
  );

  it('given a redrive of what a run left planned when it ended, then it is planned by the newer order', () => {
    const left = fold('operation.planned', 'operation.skipped', 'operation.redriven');
    const order = eventOf('operation.redriven', 4, { data: { command_id: otherCommandId } });
    expect(evolveOperation(left, order)).toEqual({
      ...{ ...left, lastSeq: 4, lastId: order.id, redriven: order, redrives: 2 },
      redriveCommandIds: [commandId, otherCommandId],
    });
  });

  it.each([
    ['effect', 'succeeded'],
    ['absent', 'failed'],
  ])(
    'given what was uncertain turns out as %s, then it has %s, and only an absent effect can be redriven',
    (found, phase) => {
      const events = [
        ...(['operation.planned', ...issue, 'operation.started', 'operation.uncertain'] as const).map(
          (type, at) => eventOf(type, at + 1),
        ),
        eventOf('operation.reconciled', 6, { data: { found } }),
      ];
      expect(foldOperation(events).phase).toBe(phase);
      const after = foldOperation([...events, eventOf('operation.redriven', 7)]);
      expect(after.phase).toBe(found === 'absent' ? 'planned' : 'succeeded');
      expect(after.reconciled === undefined).toBe(found === 'absent');
    },
  );

  it('given starts, resumptions and retries, then lease and counts are those in force', () => {
    const until = (lease_until: string) => ({ data: { lease_until } });
    const state = foldOperation([
      eventOf('operation.started', 1, until('2026-01-31T12:00:30.000Z')),
      eventOf('operation.resumed', 2, until('2026-01-31T12:01:00.000Z')),
    ]);
    expect([state.attempts, state.retries, state.lease?.until, state.lease?.seq]).toEqual([
      2,
      0,
      '2026-01-31T12:01:00.000Z',
      2,
    ]);
    const tried = evolveOperation(
      state,
      eventOf('operation.retried', 3, { time: '2026-01-31T12:00:40.000Z' }),
    );
    expect([tried.attempts, tried.retries, tried.lease?.until, tried.started?.seq]).toEqual([
      2,
      1,
      '2026-01-31T12:00:40.000Z',
      1,
    ]);
  });

  it('given holds, then each reason can be told from the next', () => {
    const hold = (check: string, code: string) => ({
      data: { check, reason: { code, message: 'x', remedy: 'x' } },
    });
    const state = foldOperation([
      eventOf('operation.held', 1, hold('fresh', 'frozen')),
      eventOf('operation.held', 2, hold('acknowledged', 'late')),
    ]);
    expect(state.holds).toEqual([holdKey('fresh', 'frozen'), holdKey('acknowledged', 'late')]);
  });

  it('given events of other streams, then they change nothing but the place', () => {
    expect(evolveOperation(initialOperation, eventOf('run.completed', 7))).toEqual({
      ...initialOperation,
      lastSeq: 7,
      lastId: eventOf('run.completed', 7).id,
    });
  });
});

describe('every history', () => {
  it('given any that can happen, and any prefix of it, then what ends it stands last', () => {
    fc.assert(
      fc.property(histories, (types) => {
        for (let length = 0; length <= types.length; length += 1) {
          const state = fold(...types.slice(0, length));
          expect(state.lastSeq).toBe(length);
          if (isTerminal(state)) expect(afterAnEnd).toContain(types[length]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('R3, X2: given any that can happen, then nothing starts without a receipt, and nothing ends well without a start', () => {
    fc.assert(
      fc.property(histories, (types) => {
        const state = fold(...types);
        if (state.started !== undefined) expect(state.receipts.length).toBeGreaterThan(0);
        if (state.phase === 'succeeded' || state.phase === 'failed') expect(state.started).toBeDefined();
        expect(state.attempts).toBe(
          types
            .slice(types.lastIndexOf('operation.redriven') + 1)
            .filter((type) => type === 'operation.started' || type === 'operation.resumed').length,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('given events in any order at all, then folding never throws, changes nothing it was given, and goes on from anywhere', () => {
    const any = fc.array(fc.constantFrom(...ofOperations), { maxLength: 15 });
    fc.assert(
      fc.property(any, fc.nat(), (types, cut) => {
        const events = types.map((type, at) => Object.freeze(eventOf(type, at + 1)));
        const at = cut % (types.length + 1);
        const whole = foldOperation(events);
        const halves = events
          .slice(at)
          .reduce(evolveOperation, Object.freeze(foldOperation(events.slice(0, at))));
        expect(halves).toEqual(whole);
      }),
    );
  });

  it('E3: given one example of every type there is, then contracts take it', () => {
    for (const type of Object.keys(vocabulary) as EventType[])
      expect(parseEvent(eventOf(type))).toEqual({ event: eventOf(type) });
  });
});
