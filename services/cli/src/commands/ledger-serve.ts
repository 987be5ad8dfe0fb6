import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface LedgerServeFlags {
  readonly listen: string;
}

export function registerLedgerServe(program: Command, runtime: Runtime): void {
  addCommand<LedgerServeFlags>(program, runtime, {
    usage: 'ledger serve',
    summary: 'serve the public log, read-only, to whoever wants to verify it',
    description: [
      'Answers GET and HEAD for the signed checkpoint, the tiles and the entries of the log, as c2sp.org/tlog-tiles says, from',
      'the folder or bucket of `ledger.tiles`, and nothing else. It needs no key and writes nothing. Every entry of the',
      'journal can be read through it: who may not see them must not reach it (docs/log.md). Ctrl-C stops it.',
    ].join(' '),
    examples: [
      ['marketops ledger serve', 'on this machine, at port 8095'],
      ['marketops ledger serve --listen 0.0.0.0:8095', 'to others, behind a proxy that speaks TLS'],
    ],
    exits: ['usage', 'failed'],
    options: [
      new Option('--listen <address>', 'host and port; port 0 takes any that is free').default(
        '127.0.0.1:8095',
      ),
    ],
    ownsProcesses: true,
    run: async (...given) => (await import('../actions/ledger-serve.js')).ledgerServe(...given),
  });
}
