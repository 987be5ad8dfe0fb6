import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface LedgerExportFlags {
  readonly what: 'entries' | 'events' | 'journal';
  readonly since?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly run?: string;
  readonly to?: string;
}

export function registerLedgerExport(program: Command, runtime: Runtime): void {
  addCommand<LedgerExportFlags>(program, runtime, {
    usage: 'ledger export',
    summary: 'the ledger as JSON lines: entries, events or the whole journal',
    description: [
      'One JSON value a line, in the order of the ledger. An entry is given byte for byte: the SHA-256 of its line is the',
      'prev_hash of the next one, so a stranger can follow the chain with tools that are not ours. An event is what stands in',
      'it. The journal has headers, statements and commits as well, each as { "line", "value" }. Batches that are not',
      'committed are left out. What it corresponds to (the last entry, its hash, the newest checkpoint) is told on standard',
      'error; with --json and --to, as a document on standard output. Who signed what is not asked: marketops verify does.',
    ].join(' '),
    examples: [
      ['marketops ledger export > ledger.jsonl', 'all entries'],
      [
        'marketops ledger export --what events --type operation.started --since 7d',
        'what was started this week',
      ],
      ['marketops ledger export --what journal --to journal.jsonl --json', 'everything, into a new file'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: [
      new Option('--what <what>', 'which lines').choices(['entries', 'events', 'journal']).default('entries'),
      new Option(
        '--since <time|duration>',
        'from a UTC time on (2026-01-31T12:00Z), or so long ago (15m, 2h, 7d)',
      ),
      new Option('--until <time|entry>', 'up to a UTC time, so long ago, or up to this entry'),
      new Option('--type <type>', 'of this type only; may be given several times').argParser(
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
      ),
      new Option('--run <run>', 'of this run only'),
      new Option('--to <file>', 'into this file, which must not be there yet'),
    ],
    run: async (...given) => (await import('../actions/ledger-export.js')).ledgerExport(...given),
  });
}
