import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerVerify(program: Command, runtime: Runtime): void {
  addCommand<{ readonly pins?: string }>(program, runtime, {
    usage: 'verify',
    summary: 'the ledger, from its first entry: chain, signatures, pin',
    description: [
      'Derives the whole journal again, trusting nothing but keyring.json: chain, digests, every actor’s signature and',
      'right to speak, gapless streams, commits; then that it still holds the newest entry seen before (the pin), and',
      'everything that the ledger has acknowledged in Redis, where that is reachable. Needs no running service. The',
      'first fault is named with its law, file, line and entry.',
    ].join(' '),
    examples: [
      ['marketops verify', 'is the history whole and unchanged?'],
      [
        'marketops verify --pins /media/usb/pins',
        'with a memory that whoever holds this machine cannot change',
      ],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: [new Option('--pins <folder>', 'where the newest entry seen is remembered')],
    run: async (...given) => (await import('../actions/verify.js')).verify(...given),
  });
}
