import {
  type FoundReceipt,
  findReceipt,
  OperatorError,
  type RunRecord,
  type Runs,
} from '@marketops/operator';
import { type Allowed, covers } from '../../access/caller.js';
import type { World } from '../../world/world.js';

/**
 * A run that the caller may see. One of another tenant is answered as one that there is not: nobody learns which ids exist.
 * @throws OperatorError `run_not_found`
 */
export async function findRun(
  { reading }: Pick<World, 'reading'>,
  { visible }: Allowed,
  runId: string,
): Promise<{ readonly record: RunRecord; readonly runs: Runs }> {
  const runs = await reading.runs();
  const record = await runs.read(runId).catch((fault: unknown) => {
    if (fault instanceof OperatorError && fault.code === 'run_not_found') throw runNotFound(runId);
    throw fault;
  });
  if (!covers(visible, tenantOf(record))) throw runNotFound(runId);
  return { record, runs };
}

/**
 * A receipt of a run that the caller may see: the same answer where there is none and where it is another tenant’s.
 * @throws OperatorError `receipt_not_found`
 */
export async function findOwnReceipt(
  { reading }: Pick<World, 'reading'>,
  { visible }: Allowed,
  receiptId: string,
): Promise<{ readonly found: FoundReceipt; readonly runs: Runs }> {
  const runs = await reading.runs();
  const found = await findReceipt(runs, receiptId).catch((fault: unknown) => {
    if (fault instanceof OperatorError && fault.code === 'receipt_not_found')
      throw receiptNotFound(receiptId);
    throw fault;
  });
  if (!covers(visible, tenantOf(found.record))) throw receiptNotFound(receiptId);
  return { found, runs };
}

const receiptNotFound = (receiptId: string): OperatorError =>
  new OperatorError(
    'receipt_not_found',
    `there is no receipt ${receiptId}, or none that the caller may see`,
    {
      next: 'Look for it among the receipts of your tenants.',
    },
  );

/** Of a request that could not be read, what refused it says whose it was. */
export const tenantOf = ({ run, events }: RunRecord): string =>
  run.tenantId !== '' ? run.tenantId : (events[0]?.event.tenant_id ?? '');

const runNotFound = (runId: string): OperatorError =>
  new OperatorError('run_not_found', `there is no run ${runId}, or none that the caller may see`, {
    next: 'Look for it among the runs of your tenants.',
  });
