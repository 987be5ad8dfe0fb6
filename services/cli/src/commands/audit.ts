import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface AuditFlags {
  readonly output?: string;
  readonly force?: true;
}

export function registerAudit(program: Command, runtime: Runtime): void {
  addCommand<AuditFlags>(program, runtime, {
    usage: 'audit',
    summary: 'attack a private system in ten ways; all ten must be refused',
    description: [
      'Starts a whole system in a temporary folder, with a Redis of its own and a simulated GitHub, and attacks it over its',
      'real queues and streams: forged, repeated, exchanged, expired and missing receipts, tricks with the mode, an edited',
      'audit trail, advisories, a bypassed policy. Each must be refused, by the defence that is there for it, with an event',
      'in the ledger and no write at GitHub; and the genuine receipt must still ship in the end. Your own system and its',
      'REDIS_URL are not touched; --config is not used. docs/audit.md tells how to read the report.',
    ].join(' '),
    examples: [
      ['marketops audit', 'the ten scenarios, with check, event and entry of each refusal'],
      ['marketops audit --output audit', 'and a report as audit/audit.json and audit/audit.md'],
      ['marketops audit --output audit.md --force', 'in one file, in place of that of the last time'],
      ["marketops audit --json | jq '.scenarios[] | select(.refused | not)'", 'for a program'],
    ],
    exits: ['failed', 'usage', 'timedOut'],
    options: [
      new Option(
        '--output <path>',
        'write the report: to a file whose name ends in .json or .md, else to a folder, as both',
      ),
      new Option('--force', 'replace a report that is there'),
    ],
    ownsProcesses: true,
    run: async (...given) => (await import('../actions/audit.js')).audit(...given),
  });
}
