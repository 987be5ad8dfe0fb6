import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface BackupFlags {
  readonly withKeys?: true;
  readonly withBlobKeys?: true;
  readonly dropErased?: true;
}

export function registerBackup(program: Command, runtime: Runtime): void {
  addCommand<BackupFlags>(program, runtime, {
    usage: 'backup <folder>',
    summary: 'copy what the system needs to go on after it has lost everything',
    description: [
      'Copies the ledger up to a committed entry, the blobs it names, the public keyring, marketops.yml and the policies, while',
      'everything runs; then reads all of it back and verifies it against the checkpoint it stands at. Into the same folder only',
      'what is new is copied, and nothing there is ever replaced by something shorter. Private keys are never in it unless',
      'asked for. Where the ledger’s folder and Redis are both lost, `marketops restore` and `marketops ledger rebuild` go on from it.',
    ].join(' '),
    examples: [
      ['marketops backup /media/elsewhere/marketops', 'everything but secrets'],
      [
        'marketops backup /media/safe/marketops --with-keys',
        'the private keys too: whoever has it can sign as you',
      ],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: [
      new Option('--with-keys', 'the private keys of all services, and the Redis users’ passwords'),
      new Option('--with-blob-keys', 'the keys of encrypted blobs: erasing one no longer erases it here'),
      new Option('--drop-erased', 'remove blobs from the backup that the system does not have any more'),
    ],
    run: async (...given) => (await import('../actions/backup.js')).backup(...given),
  });
}
