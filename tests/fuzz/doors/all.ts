import type { Door } from '../door.js';
import { commandLine } from './command-line.js';
import { files } from './files.js';
import { gate } from './gate.js';
import { journal } from './journal.js';
import { planFile } from './plan-file.js';
import { policy } from './policy.js';
import { queues } from './queues.js';
import { segment } from './segment.js';

/** Every door that exists. */
export const doors: readonly Door[] = [
  gate,
  planFile,
  commandLine,
  policy,
  segment,
  journal,
  ...files,
  ...queues,
];
