import { type ApiRole, apiRoles } from '@marketops/operator/api-keys';
import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { countOption } from './options.js';

export interface ApiKeyAddFlags {
  readonly name?: string;
  readonly tenant?: readonly string[];
  readonly role: readonly string[];
  readonly days: number;
}

const roleOption = () =>
  new Option('--role <role...>', 'what it may do, as often as needed')
    .choices([...apiRoles] satisfies ApiRole[])
    .makeOptionMandatory();

export function registerApiKeys(program: Command, runtime: Runtime): void {
  addCommand<ApiKeyAddFlags>(program, runtime, {
    usage: 'api-key add <principal>',
    summary: 'make a key of the HTTP API; it is shown this once',
    description: [
      'Makes a key with which the principal signs in at the console and asks the HTTP API. Of its 256 random bits only the',
      'digest is kept, in the console’s data folder; the console takes it at once. What it submits is the principal’s, and',
      'words on plans and orders still need that person’s own signing key.',
    ].join(' '),
    examples: [
      ['marketops api-key add local --role submitter operator', 'for every tenant'],
      ['marketops api-key add ci --role submitter --tenant acme --days 30', 'for one tenant and a month'],
    ],
    exits: ['usage'],
    options: [
      roleOption(),
      new Option('--tenant <tenant...>', 'for these tenants only'),
      new Option('--name <text>', 'what it is for'),
      countOption('--days <count>', 'how long it is good for', 90, 366),
    ],
    run: async (...given) => (await import('../actions/api-key.js')).apiKeyAdd(...given),
  });
  addCommand<object>(program, runtime, {
    usage: 'api-key list',
    summary: 'the keys of the HTTP API',
    description:
      'Lists who they are for, what they allow, and whether they are still good. Their secrets are nowhere.',
    examples: [['marketops api-key list', 'all of them']],
    exits: [],
    run: async (...given) => (await import('../actions/api-key.js')).apiKeyList(given[0]),
  });
  addCommand<object>(program, runtime, {
    usage: 'api-key revoke <id>',
    summary: 'revoke a key of the HTTP API, at once and for good',
    description: 'The console refuses it from its next request on, and ends what is signed in with it.',
    examples: [['marketops api-key revoke 0123456789abcdef', 'the id is in marketops api-key list']],
    exits: ['usage'],
    run: async (...given) => (await import('../actions/api-key.js')).apiKeyRevoke(given[0], given[1]),
  });
}
