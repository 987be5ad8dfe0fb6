import type { RunApprovals } from '@marketops/client';
import type { ApprovalVerdict } from '@marketops/contracts';

type Caller = Pick<RunApprovals, 'caller' | 'principal'>;

/** Refusals that meet a grant and let a denial through: of a redrive one ordered oneself, of a run being cancelled, of a late word. */
const grantsAlone: ReadonlySet<string> = new Set(['own_plan', 'run_ended', 'request_expired']);

/**
 * What a person's word could still do to a run, the likeliest first. The API refuses all else (`refuseWorthless` of the operator
 * package), so a form that offered it would have somebody read, decide and sign for nothing. Who asked for a plan neither grants
 * nor denies it (law O2); they cancel the run.
 */
export function sayableBy(person: string, { caller, principal }: Caller): readonly ApprovalVerdict[] {
  const withdraw = caller.grants.length > 0 ? (['withdraw'] as const) : [];
  if (caller.may) return ['grant', 'deny', ...withdraw];
  const mayDeny = principal !== person && grantsAlone.has(caller.code ?? '');
  return mayDeny ? ['deny', ...withdraw] : withdraw;
}
