import { createProgram, isAnswered } from '@marketops/cli/testing';
import fc from 'fast-check';
import { type Door, openDoor } from '../door.js';
import { typed } from '../typed.js';

/** Values that some command takes, and words that none does. */
const others = [
  ...[
    'prod',
    'PROD',
    'dry_run',
    'acme/widgets',
    'all',
    'federation',
    'mint',
    'alice',
    '2h',
    '-1',
    '1e9',
    '0',
  ],
  ...['--', 'run_0', `run_${'0'.repeat(26)}`, `rcp_${'0'.repeat(26)}`, '../x', '', ' ', '--=', '-'],
  ...['--json=1', '--no-json', '--__proto__', '\u0000', '\u001b[2J'],
];

/** The names of a command and of everything below it, and its flags. */
const wordsOf = (command: Program): readonly string[] => [
  command.name(),
  ...command.options.flatMap(({ short, long }) => [short ?? [], long ?? []].flat()),
  ...command.commands.flatMap(wordsOf),
];

export const commandLine: Door = {
  name: 'command-line',
  what: 'arguments: read, answered with help, or refused as usage; no command is carried out',
  async open() {
    const words = [...new Set(wordsOf(programFor())), '--help', '-h', '--version', 'help', ...others];
    const word = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words) }, fc.string({ maxLength: 30 }));
    return openDoor(fc.array(word, { maxLength: 8 }), async (argv) => {
      const program = programFor();
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

type Program = ReturnType<typeof createProgram>;

const programFor = (): Program =>
  createProgram({ env: {}, signal: new AbortController().signal, finish: () => undefined });

/** The parser's own refusal, which the command tells as `usage_invalid`. */
const isUsage = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('commander.');

/** Reads what was asked for as ever, and does nothing with it. */
function quiet(command: Program): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const child of command.commands) {
    if (child.commands.length === 0) child.action(() => undefined);
    quiet(child);
  }
}
