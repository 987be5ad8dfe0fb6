import type { Door } from '../door.js';
import { commandLine } from './command-line.js';
import { evidence } from './evidence.js';
import { files } from './files.js';
import { gate } from './gate.js';
import { journal } from './journal.js';
import { peopleKeys } from './people-keys.js';
import { planFile } from './plan-file.js';
import { policy } from './policy.js';
import { policyCases } from './policy-cases.js';
import { queues } from './queues.js';
import { segment } from './segment.js';

/** The doors there are a fuzzer for; docs/audit.md lists them. */
export const doors: readonly Door[] = [
  gate,
  planFile,
  commandLine,
  policy,
  policyCases,
  evidence,
  ...peopleKeys,
  segment,
  journal,
  ...files,
  ...queues,
];
