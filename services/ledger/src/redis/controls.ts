import { type Control, type EventStore, partitionCount } from '@marketops/store';

export const everyPartition: readonly number[] = Array.from({ length: partitionCount }, (_, at) => at);

export const readControls = async (store: EventStore): Promise<readonly (Control | null)[]> =>
  store.readControl(everyPartition);

/** The epoch in force: the highest that stands anywhere; partitions move to a new one one by one. */
export const epochOf = (controls: readonly (Control | null)[]): number =>
  Math.max(0, ...controls.map((control) => control?.epoch ?? 0));

/** The highest term Redis has seen: ours must be above it, or our acknowledgements would not count. */
export const termOf = (controls: readonly (Control | null)[]): number =>
  Math.max(0, ...controls.map((control) => control?.term ?? 0));
