import type { SealDefinition } from './seal.js';

/** The sealed sets of laws. A set is sealed once; what comes later is a set of its own, or a version. */
export const sealDefinitions: readonly SealDefinition[] = [
  {
    seal: 'dryrun-law',
    version: '1.0.0',
    laws: ['D1', 'D2', 'D3', 'D4', 'D5'],
    promise:
      'A dry run causes no effect, ever, and says so: whatever is asked for, whoever asks, nothing of it can ship.',
  },
  {
    seal: 'github-publisher',
    version: '1.0.0',
    laws: ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8'],
    promise:
      'Nothing is published without a receipt that passes all twelve checks; each receipt is good once, for one operation; all of it is on record.',
  },
];
