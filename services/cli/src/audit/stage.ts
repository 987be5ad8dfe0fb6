import { type Advisory, invariant, type Receipt } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import type { World } from './world.js';

/** What an attacker may have got hold of: everything here is genuine, made by the private system itself. */
export interface Stage extends World {
  /** A dry run, ended: its advisory is genuine, and worth nothing. */
  readonly dryRun: { readonly runId: string; readonly advisory: Advisory };
  /** A run that shipped: its receipt is genuine, and spent. */
  readonly spent: HeldTwo;
  /** A run whose receipts are genuine, unused, and waiting: the publisher was away when they were issued. */
  readonly waiting: HeldTwo;
  /** Another such run. */
  readonly other: Held;
}

interface Held {
  readonly runId: string;
  /** For the operation `release`. */
  readonly receipt: Receipt;
}
interface HeldTwo extends Held {
  /** For the operation `tag` of the same run. */
  readonly tagReceipt: Receipt;
}

export const publications = queueNames.publications('acme');
export const operationId = 'release';
export const tagId = 'tag';

const release = (tag: string) => ({
  id: operationId,
  kind: 'publish_release',
  tag_name: tag,
  release_name: tag,
  target: 'main',
});
const tag = (name: string) => ({ id: tagId, kind: 'tag_repo', tag_name: name, target: 'main' });

/** Plans of one operation, for runs of a scenario’s own. */
export const releasePlan = (tagName: string) => ({ operations: [release(tagName)] });

export const tagPlan = (tagName: string) => ({ operations: [tag(tagName)] });

/** Lets the private system do its honest work, and keeps two runs' receipts from being presented. */
export async function setStage(world: World): Promise<Stage> {
  const dryRunId = await world.submit(releasePlan('v0.1.0'));
  const spentId = await world.submit({ mode: 'prod', operations: [release('v0.2.0'), tag('v0.2.1')] });
  for (const runId of [dryRunId, spentId]) await untilEnded(world, runId);
  const advisory = (await world.operation(dryRunId, operationId)).advised?.data.advisory;
  invariant(advisory !== undefined, 'a dry run that has ended has its advisory');
  const spent = await heldTwo(world, spentId);

  await world.system.kill('publisher');
  const waitingId = await world.submit({
    mode: 'prod',
    operations: [release('v0.3.0'), tag('v0.3.1')],
  });
  const otherId = await world.submit({ mode: 'prod', ...releasePlan('v0.4.0') });
  const waiting = await heldTwo(world, waitingId);
  const other = { runId: otherId, receipt: await receiptOf(world, otherId) };
  for (const { receipt_id } of [waiting.receipt, waiting.tagReceipt, other.receipt]) {
    await world.intercept(publications, receipt_id);
  }
  await world.system.restart('publisher');
  return {
    ...world,
    dryRun: { runId: dryRunId, advisory },
    spent,
    waiting,
    other,
  };
}

export const untilEnded = (world: World, runId: string) =>
  world.until(`the end of ${runId}`, async () => {
    const run = await world.run(runId);
    return run.status === 'completed' || run.status === 'rejected' ? run : undefined;
  });

const heldTwo = async (world: World, runId: string): Promise<HeldTwo> => ({
  runId,
  receipt: await receiptOf(world, runId),
  tagReceipt: await receiptOf(world, runId, tagId),
});

const receiptOf = (world: World, runId: string, operation = operationId): Promise<Receipt> =>
  world.until(
    `a receipt for ${operation} of ${runId}`,
    async () => (await world.operation(runId, operation)).issued?.data.receipt,
  );
