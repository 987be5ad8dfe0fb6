import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { amendmentsPath, milestones, sealPath } from './files.js';
import { milestonesCommitted } from './history.js';
import type { SealDefinition } from './seal.js';

/**
 * Faults of the sealed sets together: a seal whose definition is gone would be compared with nothing. What git
 * remembers counts too, so that taking the seal's file away as well does not help.
 */
export function setFaults(root: string, definitions: readonly SealDefinition[]): readonly string[] {
  const folder = join(root, milestones);
  const here = existsSync(folder) ? readdirSync(folder).map((name) => `${milestones}/${name}`) : [];
  const defined = new Set(definitions.flatMap((one) => [sealPath(one), amendmentsPath(one)]));
  const strays = [...new Set([...here, ...milestonesCommitted(root)])]
    .filter((path) => /\.jsonl?$/.test(path) && !defined.has(path))
    .sort();
  return [
    ...strays.map(
      (path) =>
        `${path} is of a sealed set that tests/laws/sealing/definitions.ts does not have: put the set back, for a seal is for good`,
    ),
  ];
}
