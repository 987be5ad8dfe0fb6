import { type MarketOpsEvent, operationStream } from '@marketops/contracts';
import type { Client } from '../../support/client.js';
import type { BatchRun } from '../batch.js';

/**
 * Law R1 over a batch: what was started after an epoch began was started by a receipt of that epoch. An older one, unused
 * when Redis died, has not come to life again.
 */
export async function revivedReceipts(client: Client, runs: readonly BatchRun[]): Promise<string[]> {
  const opened = (await client.systemEvents()).flatMap((event) =>
    event.type === 'epoch.opened' ? [{ epoch: event.data.epoch, time: event.time }] : [],
  );
  const views = await client.reader.read(runs.map(({ runId }) => operationStream(runId, 'release')));
  return views.flatMap(({ stream, events }) => revivedIn(stream, events, opened));
}

function revivedIn(
  stream: string,
  events: readonly MarketOpsEvent[],
  opened: readonly { readonly epoch: number; readonly time: string }[],
): string[] {
  const epochs = new Map<string, number>();
  const faults: string[] = [];
  for (const event of events) {
    if (event.type === 'receipt.issued') epochs.set(event.data.receipt.receipt_id, event.data.receipt.epoch);
    if (event.type !== 'operation.started') continue;
    const receiptEpoch = epochs.get(event.data.receipt_id) ?? 0;
    const current = opened.findLast(({ time }) => time < event.time)?.epoch ?? 1;
    if (receiptEpoch < current)
      faults.push(
        `noReceiptLivesAgain: ${stream}: started in epoch ${current} by a receipt of epoch ${receiptEpoch}`,
      );
  }
  return faults;
}
