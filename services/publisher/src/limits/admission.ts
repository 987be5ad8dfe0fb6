import type { Operation, Receipt } from '@marketops/contracts';
import { HoldError, waiterOf } from '@marketops/engine';
import type { Entrance } from './account-limiter.js';
import type { Limits } from './limits.js';

/** An operation whose presentation the gate has passed. */
export interface Applicant {
  readonly operation: Operation;
  readonly receipt: Receipt;
  readonly jobId: string;
  readonly resumes: boolean;
}

const free: Entrance = { verdict: 'go' };

/**
 * Whether its account has room for an operation now. It waits outside, with nothing consumed: as long as it may take a receipt
 * may expire and be renewed, and keeps its place in line, for the place is the operation's.
 * @throws HoldError where the limits cannot be asked
 */
export async function enter(
  limits: Limits,
  { operation, receipt, jobId, resumes }: Applicant,
  holdMs: number,
): Promise<Entrance> {
  const limiter = limits.of(operation.repository.owner);
  if (limiter === undefined) return free;
  const { tenant_id: tenant } = receipt;
  try {
    return await limiter.enter({
      ...{ waiter: waiterFor(receipt), tenant, job: jobOf(receipt, jobId), resumes },
      writes: writesOf(operation),
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HoldError(`the limits of ${operation.repository.owner} cannot be asked: ${message}`, holdMs);
  }
}

/** It is not under way any more: the next one may begin. */
export const leave = (limits: Limits, { operation, receipt }: Applicant): void =>
  limits.of(operation.repository.owner)?.leave(waiterFor(receipt));

/** This job does not wait any more, if it did. */
export const giveUp = (limits: Limits, { operation, receipt, jobId }: Applicant): void =>
  limits.of(operation.repository.owner)?.giveUp(waiterFor(receipt), jobOf(receipt, jobId));

/** A later receipt's job takes the place of an earlier one's; of two jobs for one receipt the first waits. */
const jobOf = ({ receipt_id }: Receipt, jobId: string): string => `${receipt_id} ${jobId}`;

export const waiterFor = ({ tenant_id, run_id, operation_id }: Receipt): string =>
  waiterOf(tenant_id, run_id, operation_id);

/** How many writes it takes where all goes well. */
export function writesOf(operation: Operation): number {
  switch (operation.kind) {
    case 'publish_release':
      return operation.assets.length === 0 ? 1 : 2 + operation.assets.length;
    case 'tag_repo':
      return 2;
    case 'attach_release_asset':
      return 1;
    case 'open_pr': {
      const reviewed = operation.reviewers.length + operation.team_reviewers.length > 0;
      return 1 + (operation.labels.length > 0 ? 1 : 0) + (reviewed ? 1 : 0);
    }
  }
}
