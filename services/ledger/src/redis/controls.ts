import { isAnothersName } from '@marketops/journal';
import { type Control, type EventStore, partitionCount, termLeapMax } from '@marketops/store';
import { LedgerError } from '../errors.js';

export const everyPartition: readonly number[] = Array.from({ length: partitionCount }, (_, at) => at);

export const readControls = async (store: EventStore): Promise<readonly (Control | null)[]> =>
  store.readControl(everyPartition);

/**
 * Control keys that a ledger can have written, and null for the others, as for those that are gone: whoever may write them may
 * write any number. A repair puts every partition into the next epoch and is known here before it begins, so a number above
 * the known one counts only where all agree on the very next.
 * @param known the epoch and term of the journal and of what the ledger keeps beside it; 0: nothing is known
 */
export function soundControls(
  controls: readonly (Control | null)[],
  known: { readonly epoch: number; readonly term: number },
): readonly (Control | null)[] {
  const isNext = controls.every((control) => control?.epoch === known.epoch + 1);
  const epochMax = known.epoch === 0 ? Number.MAX_SAFE_INTEGER : known.epoch + (isNext ? 1 : 0);
  return controls.map((control) =>
    control === null || control.epoch > epochMax || control.term > known.term + termLeapMax ? null : control,
  );
}

/** Nothing may be written into the Redis of another system. @throws LedgerError `wrong_redis` */
export function refuseAnothers(controls: readonly (Control | null)[], own: string): void {
  for (const [partition, control] of controls.entries()) {
    if (!isAnothersName(own, control?.ledger)) continue;
    throw new LedgerError(
      'wrong_redis',
      `The control key of partition ${partition} belongs to the ledger ${control?.ledger?.slice(0, 300)}; this one is ${own}.`,
    );
  }
}

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

/** Whether a ledger of a higher term writes: one that a ledger can have claimed. */
export const isDeposedBy = (control: Control | null | undefined, term: number): boolean =>
  control !== null && control !== undefined && control.term > term && control.term <= term + termLeapMax;

export const deposed = (partition: number): LedgerError =>
  new LedgerError('deposed', `A ledger of a higher term writes this log (seen in partition ${partition}).`);
