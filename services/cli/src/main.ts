#!/usr/bin/env node
import { exitCodes } from './exit-codes.js';
import { listenForInterrupts } from './interrupts.js';
import { createProgram, isAnswered } from './program.js';

/**
 * The command: reads what was asked, does it, tells faults in one form, and ends with a documented exit code. What a
 * command needs is loaded when it runs, so that help and usage faults come at once.
 */
async function main(argv: readonly string[]): Promise<number> {
  const interrupts = listenForInterrupts();
  let exitCode: number = exitCodes.held;
  const program = createProgram({
    env: process.env,
    signal: interrupts.signal,
    finish: (code) => {
      exitCode = code;
    },
  });
  if (argv.length === 0) {
    program.outputHelp();
    return exitCodes.usage;
  }
  try {
    await program.parseAsync(spelledOut(argv), { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (isAnswered(thrown)) return exitCodes.held;
    const { report } = await import('./report.js');
    // Commander may have failed before it could tell whether JSON was asked for.
    const json = argv.slice(0, endOfOptions(argv)).includes('--json');
    return report(thrown, { json, env: process.env });
  } finally {
    interrupts.stop();
  }
}

/** `help keys rotate`: commander's own help knows one word only. */
const spelledOut = (argv: readonly string[]): readonly string[] =>
  argv[0] === 'help' && argv.length > 2 ? [...argv.slice(1), '--help'] : argv;

const endOfOptions = (argv: readonly string[]): number => {
  const end = argv.indexOf('--');
  return end < 0 ? argv.length : end;
};

// `marketops events | head` closes the pipe: not a fault.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => process.exit(fault.code === 'EPIPE' ? 0 : 1));

const exitCode = await main(process.argv.slice(2));
// Nothing of ours is left to do; a connection that is still closing must not keep the shell waiting.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
