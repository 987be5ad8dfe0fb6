import { diskErrorOf } from '@marketops/engine';
import { CommanderError } from 'commander';
import { CliError, exitCodeOf, type ToldFault, told } from './errors.js';
import { Interrupted, interruptedExitCode } from './interrupts.js';
import { createOutput } from './output.js';
import { renderFault } from './render/fault.js';

/** Tells what ended a command, in one form, and answers its exit code. */
export function report(
  thrown: unknown,
  options: { readonly json: boolean; readonly env: NodeJS.ProcessEnv },
): number {
  const output = createOutput(options);
  if (thrown instanceof Interrupted) {
    renderFault(output, interrupted);
    return interruptedExitCode;
  }
  const fault = diskErrorOf(thrown) ?? usageFault(thrown);
  renderFault(output, told(fault));
  if (options.env['MARKETOPS_DEBUG'] === '1' && fault instanceof Error) {
    process.stderr.write(`${fault.stack ?? ''}\n`);
  }
  return exitCodeOf(fault);
}

const interrupted: ToldFault = {
  code: 'interrupted',
  message: 'interrupted',
  next: 'Run it again when you like.',
  faults: [],
};

/** Commander's refusals as ours. */
function usageFault(thrown: unknown): unknown {
  if (!(thrown instanceof CommanderError)) return thrown;
  if (thrown.code === 'commander.help')
    return new CliError('usage_invalid', 'a command of this group is missing', {
      next: 'See marketops help, or the same with --help.',
      cause: thrown,
    });
  const [said = ''] = thrown.message.replace(/^error: /, '').split('\n');
  const meant = /\(Did you mean (.*)\?\)/.exec(thrown.message)?.[1];
  const next =
    meant === undefined ? 'See marketops --help, or marketops help <command>.' : `Did you mean ${meant}?`;
  return new CliError('usage_invalid', said, { next, cause: thrown });
}
