import { systemStream } from '@marketops/contracts';
import type { Engine } from '@marketops/engine';
import { deposed, everyPartition, readControls } from './controls.js';
import { sayOnSystem } from './system-stream.js';

/**
 * Opens epoch 1 over an empty journal: every partition, then the event that says so. Every step may be repeated, so a
 * start that died half way is finished by the next one, as long as the journal is empty.
 */
export async function openFirstEpoch(engine: Engine, term: number): Promise<void> {
  const { store, reader } = engine;
  const controls = await readControls(store);
  for (const partition of everyPartition) {
    const control = controls[partition];
    const state = control?.state ?? 'open';
    const reason = control?.reason ?? '';
    if (!(await store.writeControl(partition, { epoch: control?.epoch ?? 1, state, reason, term })))
      throw deposed(partition);
  }
  const [system] = await reader.read([systemStream]);
  if (system?.events.some(({ type }) => type === 'epoch.opened') === true) return;
  await sayOnSystem(engine, {
    type: 'epoch.opened',
    data: { epoch: 1, term, reason: 'the journal is empty' },
  });
}
