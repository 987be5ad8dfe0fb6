import { type Approval, Ulid } from '@marketops/contracts';
import { AuthorityError, type ShownPlan } from '@marketops/operator';
import { parsed } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { WordFlags } from '../commands/approve.js';
import { CliError } from '../errors.js';
import { say, unlessGrantMs } from '../people/say.js';

export const withdraw = (
  invocation: Invocation,
  [run = '', approvalText]: readonly string[],
  flags: Omit<WordFlags, 'operation' | 'expires'>,
): Promise<number> => {
  const asked = approvalText === undefined ? undefined : parsed(Ulid, 'the approval', approvalText);
  return say(invocation, 'withdraw', run, { ...flags, expires: unlessGrantMs }, (shown, approver) => {
    const grant = ownGrant(shown, approver, asked);
    return { operations: grant.operations, withdraws: grant.approval_id };
  });
};

/** @throws AuthorityError `grant_unknown`; CliError `usage_invalid` where there are several and none was named */
function ownGrant({ record }: ShownPlan, approver: string, asked: string | undefined): Approval {
  const own = record.run.approvals
    .map(({ data }) => data.approval)
    .filter((one) => one.approver === approver);
  const withdrawn = new Set(own.map(({ withdraws }) => withdraws));
  const grants = own.filter(
    ({ verdict, approval_id: id }) =>
      verdict === 'grant' && !withdrawn.has(id) && (asked === undefined || id === asked),
  );
  const [only, second] = grants;
  if (only === undefined) {
    throw new AuthorityError(
      'grant_unknown',
      `${record.runId} has no such approval of ${approver} that stands`,
      {
        next: `See who has said what: marketops approvals ${record.runId}.`,
      },
    );
  }
  if (second === undefined) return only;
  const ids = grants.map(({ approval_id: id }) => id).join(', ');
  throw new CliError('usage_invalid', `${approver} has approved ${record.runId} several times: ${ids}`, {
    next: 'Name the one to take back.',
  });
}
