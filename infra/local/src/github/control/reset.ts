import { plant } from '../seed.js';
import type { World } from '../world.js';

/** Forgets everything and plants the first seed again; ids start over. */
export function reset(world: World): void {
  world.hangs.reset();
  for (const part of [world.state, world.faults]) part.clear();
  for (const part of [world.log, world.staleLists, world.limits, world.credentials]) part.reset();
  for (const seed of world.seed) plant(world.state, seed);
}
