import { frozenScope } from '@marketops/engine';
import { type EventStore, partitionOf } from '@marketops/store';
import type { SystemProjection } from '../system-projection.js';
import { frozen, partitionClosed } from './stopped.js';

/**
 * Asked right before each mutating request (law O1): the control key, read now, and the signed events of `system`, at most
 * a quarter of a second old. What the gate said a moment ago does not count.
 * @throws Stopped
 */
export async function stopIfFrozen(
  { store, system }: { readonly store: EventStore; readonly system: SystemProjection },
  stream: string,
  scopes: readonly string[],
): Promise<void> {
  const [[control], view] = await Promise.all([store.readControl([partitionOf(stream)]), system.current()]);
  if (control == null || control.state !== 'open') throw partitionClosed(control?.reason);
  const found = frozenScope(scopes, control.frozen, view.frozen);
  if (found !== undefined) throw frozen(found.scope, found.reason);
}
