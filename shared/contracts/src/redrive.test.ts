import { describe, expect, it } from 'vitest';
import type { OperationSet } from './approval.js';
import { foldOperation, type OperationState } from './operation-state.js';
import type { PlannedOperation, PublicationPlan } from './plan.js';
import { redrivable, runRedriveFault } from './redrive.js';
import { foldRun } from './run-state.js';
import { eventOf } from './testing/events.js';
import type { EventType } from './vocabulary.js';

const started = ['operation.planned', 'receipt.issued', 'operation.started'] as const;
const histories: Readonly<Record<string, readonly EventType[]>> = {
  planned: ['operation.planned'],
  started,
  succeeded: [...started, 'operation.succeeded'],
  failed: [...started, 'operation.failed'],
  refused: ['operation.planned', 'receipt.issued', 'operation.refused'],
  uncertain: [...started, 'operation.uncertain'],
  advised: ['operation.planned', 'receipt.advised'],
  skipped: ['operation.planned', 'operation.skipped'],
};
/** An operation: its id, how it stands, whom it waits for. */
type Row = readonly [
  id: string,
  phase: string,
  dependsOn?: readonly string[],
  over?: Partial<PlannedOperation>,
];

function look(rows: readonly Row[], asked: OperationSet = 'all') {
  const operations = rows.map(
    ([operation_id, , depends_on = [], over]): PlannedOperation => ({
      ...{ operation_id, kind: 'tag_repo', repository: 'acme/widgets', operation_digest: '0'.repeat(64) },
      ...{ depends_on: [...depends_on], blocked_by_mode: false, would_ship: true },
      ...{ reasons: [], missing_prerequisites: [], ...over },
    }),
  );
  const plan: PublicationPlan = {
    ...{ version: 1, run_id: `run_${'a'.repeat(26)}`, tenant_id: 'acme', principal: 'ci', mode: 'prod' },
    ...{ request_digest: '0'.repeat(64), operations },
  };
  const states = new Map<string, OperationState>(
    rows.map(([id, phase]) => [
      id,
      foldOperation((histories[phase] ?? []).map((type, at) => eventOf(type, at + 1))),
    ]),
  );
  const { eligible, refused } = redrivable(plan, states, asked);
  return { eligible, refused: Object.fromEntries([...refused].map(([id, { code }]) => [id, code])) };
}

describe('what of an ended run can be redriven', () => {
  it('given all of it, then what failed, was refused, advised against or skipped, in the order of the plan', () => {
    const rows = ['skipped', 'failed', 'succeeded', 'advised', 'refused'].map((phase): Row => [phase, phase]);
    expect(look(rows)).toEqual({ eligible: ['skipped', 'failed', 'advised', 'refused'], refused: {} });
  });

  it('given one that was left planned when the run ended, then that too, with what waits for it', () => {
    const rows: Row[] = [
      ['left', 'planned'],
      ['waiting', 'planned', ['left']],
    ];
    expect(look(rows)).toEqual({ eligible: ['left', 'waiting'], refused: {} });
  });

  it.each([
    ['succeeded', 'already_succeeded'],
    ['uncertain', 'operation_uncertain'],
    ['started', 'operation_open'],
    ['unheard of', 'operation_open'],
  ])('given one that is %s, then not, because %s', (phase, code) => {
    expect(look([['a', phase]], ['a'])).toEqual({ eligible: [], refused: { a: code } });
  });

  it.each([{ operation_digest: null }, { would_ship: false }])(
    'given one for which something was missing (%j), then not: there is nothing to authorize',
    (over) => {
      expect(look([['a', 'skipped', [], over]])).toEqual({
        eligible: [],
        refused: { a: 'prerequisite_missing' },
      });
    },
  );

  it('given a chain of which the first failed, then what was skipped goes along, wherever the plan has it', () => {
    const rows: Row[] = [
      ['c', 'skipped', ['b']],
      ['b', 'skipped', ['a']],
      ['a', 'failed'],
    ];
    expect(look(rows)).toEqual({ eligible: ['c', 'b', 'a'], refused: {} });
    expect(look(rows, ['a'])).toEqual({ eligible: ['a'], refused: {} });
    expect(look(rows, ['c', 'a'])).toEqual({ eligible: ['a'], refused: { c: 'dependency_not_succeeded' } });
  });

  it('given something in a chain that cannot be redriven, then nothing behind it', () => {
    const rows: Row[] = [
      ['d', 'skipped', ['c']],
      ['c', 'skipped', ['b', 'a']],
      ['b', 'uncertain'],
      ['a', 'succeeded'],
      ['z', 'failed', ['a']],
    ];
    const dependency = 'dependency_not_succeeded';
    expect(look(rows)).toEqual({
      eligible: ['z'],
      refused: { d: dependency, c: dependency, b: 'operation_uncertain' },
    });
  });
});

describe('a run of which nothing can be redriven', () => {
  const planned = ['plan.requested', 'plan.generated'] as const;
  const fold = (types: readonly EventType[], mode: 'prod' | 'dry_run' = 'prod') =>
    foldRun(types.map((type, at) => ({ ...eventOf(type, at + 1), mode })));

  it.each([
    ['run_rejected', ['plan.rejected'], 'prod'],
    ['run_not_planned', ['plan.requested'], 'prod'],
    ['dry_run', [...planned, 'run.completed'], 'dry_run'],
    ['run_cancelled', [...planned, 'run.cancel_requested', 'run.completed'], 'prod'],
    [undefined, [...planned, 'run.completed'], 'prod'],
  ] as const)('D4: %s', (code, types, mode) => {
    expect(runRedriveFault(fold(types, mode))?.code).toBe(code);
  });
});
