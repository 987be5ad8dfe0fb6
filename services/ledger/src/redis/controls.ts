import { type Control, type EventStore, partitionCount } from '@marketops/store';
import { LedgerError } from '../errors.js';

export const everyPartition: readonly number[] = Array.from({ length: partitionCount }, (_, at) => at);

export const readControls = async (store: EventStore): Promise<readonly (Control | null)[]> =>
  store.readControl(everyPartition);

/** The epoch in force: the highest that stands anywhere; partitions move to a new one one by one. */
export const epochOf = (controls: readonly (Control | null)[]): number =>
  Math.max(0, ...controls.map((control) => control?.epoch ?? 0));

/** The highest term Redis has seen: ours must be above it, or our acknowledgements would not count. */
export const termOf = (controls: readonly (Control | null)[]): number =>
  Math.max(0, ...controls.map((control) => control?.term ?? 0));

/**
 * Writes the term into every control key there is, and changes nothing else. From then on no acknowledgement of an
 * older writer is taken.
 * @throws LedgerError `deposed` when a higher term stands
 */
export async function raiseTerm(
  store: EventStore,
  controls: readonly (Control | null)[],
  term: number,
): Promise<void> {
  for (const [partition, control] of controls.entries()) {
    if (control === null) continue;
    const { epoch, state, reason } = control;
    if (!(await store.writeControl(partition, { epoch, state, reason, term }))) throw deposed(partition);
  }
}

export const deposed = (partition: number): LedgerError =>
  new LedgerError('deposed', `A ledger of a higher term writes this log (seen in partition ${partition}).`);
