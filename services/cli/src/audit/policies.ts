import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleChoices } from '../config-text.js';
import { firstPolicies } from '../policy-text.js';
import { guarded, guardedPolicy } from './scenarios/bypassed-policy.js';

/** The policies of a new system, as init writes them, and one that wants approvals and evidence. */
export function writeAuditPolicies(dir: string): void {
  const folder = join(dir, 'policies');
  mkdirSync(folder);
  const files = {
    ...firstPolicies([...exampleChoices.repositories, guarded]),
    'guarded.cedar': guardedPolicy,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { flag: 'wx' });
}
