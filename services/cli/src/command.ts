import { fromEnvironment } from '@marketops/engine/environment';
import { Command, Option } from 'commander';
import { type ExitName, exitCodes, exitMeanings } from './exit-codes.js';
import { groups } from './groups.js';
import { createOutput, type Output } from './output.js';

/** What every command gets beside its own arguments. */
export interface Invocation {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Where marketops.yml is, as it was asked for. */
  readonly configPath: string;
  /** True where --config or MARKETOPS_CONFIG named it. */
  readonly configNamed: boolean;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface CommandSpec<Options> {
  /** With its arguments: `show <run>`; one of a group with the group's name first: `policy check [dir]`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does and what to know about it; a short paragraph or two. */
  readonly description: string;
  /** At least one: the command, and what it is good for. */
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  /** Which exit codes it can end with, besides those of every command. */
  readonly exits: readonly ExitName[];
  readonly options?: readonly Option[];
  /** True where it has processes to stop at Ctrl-C; others are simply left, for nothing of theirs needs an end. */
  readonly ownsProcesses?: true;
  /** @returns the exit code */
  readonly run: (invocation: Invocation, args: readonly string[], options: Options) => Promise<number>;
}

/** Ends a running command: where its exit code goes, and how Ctrl-C reaches it. */
export interface Runtime {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly finish: (exitCode: number) => void;
}

const configOption = () =>
  new Option('--config <path>', 'marketops.yml to use (default: MARKETOPS_CONFIG, else ./marketops.yml)');
const jsonOption = () => new Option('--json', 'print JSON, and nothing else, to standard output');

/** Adds a command to the program, with the options, examples and exit codes that every command has. */
export function addCommand<Options>(program: Command, runtime: Runtime, spec: CommandSpec<Options>): void {
  const words = spec.usage.split(' ');
  const parameters = words.filter((word) => /^[<[]/.test(word));
  const [last = '', group] = words.slice(0, words.length - parameters.length).reverse();
  const parent = group === undefined ? program : groupOf(program, group);
  const command = new Command(last)
    .summary(spec.summary)
    .description(spec.description)
    .copyInheritedSettings(parent)
    .addHelpText('after', () => afterHelp(spec));
  for (const parameter of parameters) command.argument(parameter);
  for (const option of spec.options ?? []) command.addOption(option);
  command.addOption(configOption()).addOption(jsonOption());
  command.action(async (...given: unknown[]) => {
    const values = command.opts<{ json?: boolean; config?: string }>();
    const named = values.config ?? fromEnvironment(runtime.env, 'MARKETOPS_CONFIG');
    const invocation: Invocation = {
      output: createOutput({ json: values.json === true, env: runtime.env }),
      env: runtime.env,
      configPath: named ?? 'marketops.yml',
      configNamed: named !== undefined,
      signal: runtime.signal,
    };
    // The last may stand for any number: `[operation...]`.
    const args = given
      .slice(0, parameters.length)
      .flat()
      .filter((arg) => typeof arg === 'string');
    const running = spec.run(invocation, args, values as Options);
    const ended =
      spec.ownsProcesses === true ? running : Promise.race([running, interruption(runtime.signal)]);
    runtime.finish(await ended);
  });
  parent.addCommand(command);
}

/** The command that commands of two words hang from, made when the first of them comes. */
function groupOf(program: Command, name: string): Command {
  const there = program.commands.find((one) => one.name() === name);
  if (there !== undefined) return there;
  const summary = groups[name];
  if (summary === undefined) throw new Error(`no summary for the group of commands ${name}`);
  const group = new Command(name).summary(summary).description(summary).copyInheritedSettings(program);
  program.addCommand(group);
  return group;
}

/** Rejects at Ctrl-C: a command that waits for a Redis which is gone would not notice by itself. */
const interruption = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

function afterHelp({ examples, exits }: Pick<CommandSpec<unknown>, 'examples' | 'exits'>): string {
  const shown = examples.map(([command, purpose]) => `  $ ${command}\n      ${purpose}`);
  const names: ExitName[] = ['held', ...exits];
  names.sort((one, other) => exitCodes[one] - exitCodes[other]);
  const codes = names.map((name) => `  ${exitCodes[name]}  ${exitMeanings[name]}`);
  return ['', 'Examples:', ...shown, '', 'Exit codes:', ...codes, ''].join('\n');
}
