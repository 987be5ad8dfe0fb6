import { createProgram, isAnswered } from '@marketops/cli/testing';
import fc from 'fast-check';
import { type Door, openDoor } from '../door.js';
import { typed } from '../typed.js';

/** Words that some command knows, and words that none does. */
const words = [
  ...[
    'demo',
    'init',
    'dev',
    'submit',
    'runs',
    'show',
    'timeline',
    'events',
    'cancel',
    'verify',
    'audit',
    'doctor',
  ],
  ...[
    'help',
    'receipts',
    'receipt',
    'policy',
    'approver',
    'freeze',
    'unfreeze',
    '--json',
    '--config',
    '--help',
  ],
  ...[
    '-h',
    '--version',
    '--',
    '--mode',
    'prod',
    'PROD',
    '--timeout',
    '--limit',
    '-1',
    '1e9',
    '--output',
    '--reason',
  ],
  ...['run_0', `run_${'0'.repeat(26)}`, '../x', '', ' ', '--=', '-', '--json=1', '--no-json', '--__proto__'],
] as const;

export const commandLine: Door = {
  name: 'command-line',
  what: 'arguments: read, answered with help, or refused as usage; no command is carried out',
  needsSystem: false,
  async open() {
    const word = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words) }, fc.string({ maxLength: 30 }));
    return openDoor(fc.array(word, { maxLength: 8 }), async (argv) => {
      const { signal } = new AbortController();
      const program = createProgram({ env: {}, signal, finish: () => undefined });
      quiet(program);
      try {
        await program.parseAsync(argv, { from: 'user' });
      } catch (thrown) {
        if (isAnswered(thrown)) return;
        if (!isUsage(thrown)) await typed(() => Promise.reject(thrown));
      }
    });
  },
};

/** The parser's own refusal, which the command tells as `usage_invalid`. */
const isUsage = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('commander.');

/** Reads what was asked for as ever, and does nothing with it. */
function quiet(command: ReturnType<typeof createProgram>): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const child of command.commands) {
    if (child.commands.length === 0) child.action(() => undefined);
    quiet(child);
  }
}
