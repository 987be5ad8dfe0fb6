import {
  type EventOf,
  initialOperation,
  initialRun,
  type MarketOpsEvent,
  type OperationPhase,
  type PublicationPlan,
} from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { refuseToCarry, refuseWorthless, statementsMax } from './refusals.js';
import type { ShownPlan } from './shown-plan.js';

const nowIso = '2026-01-31T12:00:00.000Z';
const code = (name: string): Error => expect.objectContaining({ code: name }) as Error;

/** A plan of `one` and `two` whose operations have come that far. */
function shown(phases: readonly [OperationPhase, OperationPhase]): ShownPlan {
  const operations = (['one', 'two'] as const).map((id, at) => ({
    id,
    state: { ...initialOperation, phase: phases[at] ?? 'none' },
    operation: undefined,
    events: [],
  }));
  const record = {
    ...{ runId: 'run_00000000000000000000000000', run: initialRun, request: undefined, plan: undefined },
    ...{ operations, events: [], claims: [] },
    contents: { state: 'present', sealed: false } as const,
  };
  return { record, plan: { principal: 'local' } as PublicationPlan, digest: '', operations: new Map() };
}

const say = (verdict: 'grant' | 'deny' | 'withdraw', plan: ShownPlan, operations: 'all' | string[] = 'all') =>
  refuseWorthless(plan, { verdict, operations, approver: 'alice' }, nowIso);

describe('refuseWorthless', () => {
  it.each<[OperationPhase, string]>([
    ['planned', 'grant deny withdraw'],
    ['expired', 'grant deny withdraw'],
    ['authorized', 'withdraw'],
    ['started', ''],
    ['succeeded', ''],
    ['advised', ''],
    ['skipped', ''],
    ['revoked', ''],
  ])('given an operation that is %s, then what may still be said of it is: %s', (phase, allowed) => {
    const may = (['grant', 'deny', 'withdraw'] as const).filter((verdict) => {
      try {
        say(verdict, shown([phase, phase]));
        return true;
      } catch (fault) {
        expect(fault).toMatchObject({ code: 'already_decided' });
        return false;
      }
    });
    expect(may.join(' ')).toBe(allowed);
  });

  it('given one operation that waits and one that does not, then only the set decides', () => {
    const plan = shown(['planned', 'advised']);
    expect(() => say('grant', plan)).not.toThrow();
    expect(() => say('grant', plan, ['one'])).not.toThrow();
    expect(() => say('grant', plan, ['two'])).toThrow(code('already_decided'));
  });

  it('O2: given the one who asked, then neither yes nor no, but a withdrawal of what was said before', () => {
    const plan = shown(['planned', 'planned']);
    const own = { operations: 'all', approver: 'local' } as const;
    expect(() => refuseWorthless(plan, { ...own, verdict: 'grant' }, nowIso)).toThrow(code('own_plan'));
    expect(() => refuseWorthless(plan, { ...own, verdict: 'deny' }, nowIso)).toThrow(code('own_plan'));
    expect(() => refuseWorthless(plan, { ...own, verdict: 'withdraw' }, nowIso)).not.toThrow();
  });

  it('O2: given who ordered the redrive, then no yes, but a no', () => {
    const plan = shown(['planned', 'planned']);
    const redriven = { data: { command: { principal: 'alice' } } } as EventOf<'run.redriven'>;
    const open = { ...plan, record: { ...plan.record, run: { ...initialRun, redriven } } };
    expect(() => say('grant', open)).toThrow(code('own_plan'));
    expect(() => say('deny', open)).not.toThrow();
    expect(() => say('withdraw', open)).not.toThrow();
  });

  it('given a run that is being cancelled, then no yes, but a no', () => {
    const plan = shown(['planned', 'planned']);
    const cancelRequested = { type: 'run.cancel_requested' } as EventOf<'run.cancel_requested'>;
    const cancelled = { ...plan, record: { ...plan.record, run: { ...initialRun, cancelRequested } } };
    expect(() => say('grant', cancelled)).toThrow(code('run_ended'));
    expect(() => say('deny', cancelled)).not.toThrow();
  });
});

describe('refuseToCarry', () => {
  const grantOf = (id: string): MarketOpsEvent =>
    ({ type: 'approval.granted', data: { approval: { approval_id: id } } }) as MarketOpsEvent;
  const ids = Array.from({ length: statementsMax }, (_, at) => `id-${at}`);

  it('given 200 approvals, then no more are carried, while evidence still is', () => {
    const standing = ids.map(grantOf);
    expect(() => refuseToCarry(standing.slice(1), 'approval', 'new')).not.toThrow();
    expect(() => refuseToCarry(standing, 'approval', 'new')).toThrow(code('statements_too_many'));
    expect(() => refuseToCarry(standing, 'evidence', 'new')).not.toThrow();
  });

  it('given an approval that stands already, then it is not carried again', () => {
    expect(() => refuseToCarry([grantOf('id-1')], 'approval', 'id-1')).toThrow(code('already_said'));
  });

  it('given a run that ended meanwhile, then nothing is carried', () => {
    const ended = { type: 'run.completed' } as MarketOpsEvent;
    expect(() => refuseToCarry([ended], 'evidence', 'new')).toThrow(code('run_ended'));
  });
});
