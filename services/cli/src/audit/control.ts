import { jobNames } from '@marketops/engine';
import { presentation } from './presenting.js';
import { operationId, publications, type Stage } from './stage.js';

/** What became of the genuine receipt that all the attacks were about. */
export interface Control {
  readonly shipped: boolean;
  readonly writes: number;
  readonly detail: string;
}

/**
 * A system that refuses everything proves nothing: at last the waiting run's own receipt is presented as federation would
 * have, and must ship, however often it was attacked.
 */
export async function presentGenuine(stage: Stage): Promise<Control> {
  const { receipt, runId } = stage.waiting;
  const before = await stage.writes();
  await stage.forge(publications, jobNames.publish, presentation(stage, receipt), receipt.receipt_id);
  const outcome = await stage.until(
    'the outcome of the genuine receipt',
    async () => (await stage.operation(runId, operationId)).outcome,
  );
  const writes = (await stage.writes()) - before;
  return {
    shipped: outcome.type === 'operation.succeeded' && writes > 0,
    writes,
    detail: `${outcome.type}, ${writes} writes at GitHub`,
  };
}
