import { type OperatorCommand, sealedBlobsOf, systemStream } from '@marketops/contracts';
import { eraseJob, isoTime } from '@marketops/engine';
import { openFileBlobs } from '@marketops/store';
import { orderTrust } from '../freezes/order-trust.js';
import { type Carriage, carryOne } from '../orders/carrier.js';
import { refuseForeignOrder } from '../orders/foreign-order.js';
import type { RunRecord } from '../runs/run-record.js';
import type { ErasureOrder } from './orders.js';
import { isReadOnly } from './read-only.js';

/**
 * Carries an order to erase to `system`, and wakes the planner, which finishes it should this process end before it can.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws AuthorityError as `refuseForeignOrder`; what the carrier throws
 */
export async function orderErasure(
  the: Carriage,
  runId: string,
  command: OperatorCommand,
): Promise<ErasureOrder> {
  refuseForeignOrder(
    orderTrust(the.loaded, the.env, the.live),
    command,
    { kind: 'erase', run_id: runId },
    isoTime(Date.now()),
  );
  const carried = await carryOne(the, {
    stream: systemStream,
    context: { tenantId: null, runId: null, mode: null, causationId: null, correlationId: null },
    events: [{ type: 'blob.erased', data: { run_id: runId, principal: command.principal, command } }],
    jobs: [eraseJob(command)],
  });
  if (carried.type !== 'blob.erased') throw new TypeError('an append of another event');
  return carried;
}

/**
 * Destroys the run's key and every ciphertext that its events name, in the data folder of this machine. Twice is once.
 * @returns how many ciphertexts its events name; undefined where this process may not write there, and the planner does it
 */
export async function destroy(
  { dataDir }: Carriage['loaded'],
  { runId, events }: RunRecord,
  order: ErasureOrder,
): Promise<number | undefined> {
  const blobs = sealedBlobsOf(events.map(({ event }) => event));
  const { command_id: commandId } = order.data.command;
  try {
    await openFileBlobs(`${dataDir}/blobs`).sealed.erase({ runId, commandId, blobs });
    return blobs.length;
  } catch (fault) {
    if (isReadOnly(fault)) return undefined;
    throw fault;
  }
}
