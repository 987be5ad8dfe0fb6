import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export interface InitFlags {
  readonly dir?: string;
  readonly account?: string[];
  readonly repo?: string[];
  readonly tenant?: string;
  readonly principal?: string;
  readonly environment?: string;
  readonly mode?: string[];
}

export function registerInit(program: Command, runtime: Runtime): void {
  addCommand<InitFlags>(program, runtime, {
    usage: 'init',
    summary: 'write marketops.yml and a key for every service',
    description: [
      'Writes a working marketops.yml with comments, a folder of policies, a folder of keys for each service (mode 0600) and',
      'the public keyring. Nothing that is there already is overwritten. Without --account and --repo it is written for the',
      'example account acme, which the simulated GitHub of `marketops dev` has.',
    ].join(' '),
    examples: [
      ['marketops init', 'the example account, in this folder'],
      ['marketops init --dir ops --repo acme/widgets acme/website', 'two repositories, in ./ops'],
      ['marketops init --account acme --mode dry_run', 'every repository of acme, dry runs only'],
    ],
    exits: ['failed', 'usage'],
    options: [
      new Option('--dir <folder>', 'where to write (default: the folder of --config, else this one)'),
      new Option('--account <name...>', 'GitHub accounts the publisher has a credential for'),
      new Option('--repo <owner/name...>', 'repositories the policies permit (default: all of the accounts)'),
      new Option('--tenant <id>', 'tenant the principal may speak for (default: the first account)'),
      new Option('--principal <id>', 'who may ask for plans').default('local'),
      new Option('--environment <name>', 'where receipts count').default('local'),
      new Option('--mode <mode...>', 'modes the principal may ask for (default: dry_run and prod)'),
    ],
    run: async (...given) => (await import('../actions/init.js')).init(...given),
  });
}
