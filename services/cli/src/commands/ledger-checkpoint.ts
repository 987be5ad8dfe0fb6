import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import type { AttachFlags } from '../proving/attachment.js';
import { attachOptions } from './attach-options.js';

export interface LedgerCheckpointFlags extends AttachFlags {
  readonly attach?: string;
  readonly tenant?: string;
}

export function registerLedgerCheckpoint(program: Command, runtime: Runtime): void {
  addCommand<LedgerCheckpointFlags>(program, runtime, {
    usage: 'ledger checkpoint',
    summary: 'the newest signed checkpoint of the public log; --attach keeps it at a GitHub release',
    description: [
      'Prints the checkpoint as it is signed: the log’s name, its size, its root. Whoever keeps one can tell later that the log was',
      'cut, forked or rewritten: marketops-verify takes it with --checkpoint. With --attach it becomes an asset of a release that is',
      'published already, by a plan of its own: policy, receipt and gate as for every effect, and a dry run unless --mode prod.',
    ].join(' '),
    examples: [
      ['marketops ledger checkpoint > kept', 'print it'],
      [
        'marketops ledger checkpoint --attach acme/log@checkpoints --mode prod --wait',
        'keep it where whoever has the ledger’s disk cannot write',
      ],
    ],
    exits: ['failed', 'usage', 'notFound', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      new Option('--attach <release>', 'owner/name@tag of a published release'),
      new Option('--tenant <id>', 'with --attach: for which tenant (default: the principal’s only one)'),
      ...attachOptions(),
    ],
    run: async (...given) => (await import('../actions/ledger-checkpoint.js')).ledgerCheckpoint(...given),
  });
}
