import { dirname, join, resolve } from 'node:path';
import { InputError, type InputFault, parseMode, RepositoryFullName } from '@marketops/contracts';
import { allOrNone, initialize, makeFolder, writeNewFile } from '@marketops/engine';
import type { Invocation } from '../command.js';
import type { InitFlags } from '../commands/init.js';
import { artifactsFolder, type ConfigChoices, exampleChoices, exampleConfig } from '../config-text.js';
import { exitCodes } from '../exit-codes.js';
import { writeFirstPolicies } from '../first-policies.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export async function init(
  invocation: Invocation,
  _args: readonly string[],
  flags: InitFlags,
): Promise<number> {
  const configPath =
    flags.dir === undefined ? resolve(invocation.configPath) : resolve(flags.dir, 'marketops.yml');
  const choices = choicesOf(flags);
  const { config, text } = exampleOrRefuse(choices);
  const artifacts = join(dirname(configPath), artifactsFolder);
  let policies = '';
  const { dataDir, keyring } = allOrNone((before) => {
    // Made first and apart: initialize makes what it needs for its owner only, and this folder is yours to share.
    makeFolder(dirname(configPath), undefined, before);
    return initialize({ configPath, config, text, now: new Date() }, (made, { dataDir: data }) => {
      policies = writeFirstPolicies(configPath, config, choices.repositories, made);
      // Whoever versions this folder must not version keys by accident.
      const ignored = join(data, '.gitignore');
      if (writeNewFile(ignored, '*\n', 0o644)) made(ignored);
      makeFolder(artifacts, undefined, made);
    });
  });
  tell(invocation, { configPath, policies, dataDir, artifacts, choices, keys: keyring.keys.length });
  await Promise.resolve();
  return exitCodes.held;
}

/** Accounts from repositories and repositories from accounts, whichever was said. */
function choicesOf(flags: InitFlags): ConfigChoices {
  const { account = [], repo = [], principal = 'local', environment = 'local' } = flags;
  const modes = (flags.mode ?? exampleChoices.modes).map(parseMode);
  const repositories = repo.length > 0 ? repo : account.map((name) => `${name}/*`);
  const accounts = [...new Set([...account, ...repo.map((name) => name.split('/')[0] ?? '')])];
  const chosen = accounts.length > 0 ? { accounts, repositories } : exampleChoices;
  const tenant = flags.tenant ?? chosen.accounts[0]?.toLowerCase() ?? 'acme';
  return {
    ...{ principal, environment, tenant, modes: [...new Set(modes)] },
    ...{ accounts: chosen.accounts, repositories: chosen.repositories },
  };
}

function exampleOrRefuse(choices: ConfigChoices): ReturnType<typeof exampleConfig> {
  const unnamable = choices.repositories.filter((name) => !isRepositoryPattern(name));
  if (unnamable.length > 0) {
    throw new InputError('request_invalid', 'these choices do not make a configuration', {
      next: 'Write repositories as owner/name; nothing was written.',
      faults: unnamable.map((name) => ({ path: '--repo', message: `${name} is not a repository` })),
    });
  }
  try {
    return exampleConfig({}, choices);
  } catch (cause) {
    const faults = zodFaults(cause);
    if (faults === undefined) throw cause;
    throw new InputError('request_invalid', 'these choices do not make a configuration', {
      next: 'Correct what is named; nothing was written.',
      cause,
      faults,
    });
  }
}

/** `*` stands for one whole name; apart from it, only what GitHub would accept. */
const isRepositoryPattern = (pattern: string): boolean =>
  RepositoryFullName.safeParse(pattern.replaceAll('*', 'x')).success;

/** The issues of a zod error, told from its shape: it is another package's class. */
function zodFaults(thrown: unknown): InputFault[] | undefined {
  const issues = (thrown as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] }).issues;
  return issues?.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

interface Written {
  readonly configPath: string;
  readonly policies: string;
  readonly dataDir: string;
  readonly artifacts: string;
  readonly choices: ConfigChoices;
  readonly keys: number;
}

function tell(
  { output }: Invocation,
  { configPath, policies, dataDir, artifacts, choices, keys }: Written,
): void {
  output.document({
    config: configPath,
    policies,
    keys: join(dataDir, 'keys'),
    keyring: join(dataDir, 'keyring.json'),
    artifacts,
    principal: choices.principal,
    tenant: choices.tenant,
    accounts: choices.accounts,
    repositories: choices.repositories,
  });
  const { paint } = output;
  const here = (path: string): string => sanitize(shownPath(path));
  const row = (path: string, what: string) => output.line(`  ${paint.bold(here(path).padEnd(28))} ${what}`);
  output.line('Written:');
  row(configPath, 'principals and accounts; no secret in it. Read it, it explains itself.');
  row(policies, 'what may be done, in Cedar, with a table of cases; what no policy permits is denied.');
  row(
    join(dataDir, 'keys'),
    'private keys, a folder per service, mode 0600. Never shown, never overwritten.',
  );
  row(join(dataDir, 'keyring.json'), `the ${keys} public keys: what a stranger needs to verify the ledger.`);
  row(artifacts, `files that plans of principal ${choices.principal} may name.`);
  output.line();
  output.line(
    `${paint.yellow('On one machine, one user can read all of these keys.')} The services run as processes of their own,`,
  );
  output.line(
    'each told only of its own folder, but it takes separate users or hosts to keep them from reading',
  );
  output.line("another's. Here the keys show who said what; they do not hold off whoever has this account.");
  output.line();
  output.line('Next:');
  const config = here(configPath) === 'marketops.yml' ? '' : ` --config ${here(configPath)}`;
  output.line(
    `  marketops dev${config}                 ${paint.dim('# everything up, with a simulated GitHub')}`,
  );
  output.line(
    `  marketops submit plan.yml${config}     ${paint.dim('# a plan; a dry run unless it says mode: prod')}`,
  );
  output.line(`  marketops doctor${config}              ${paint.dim('# what is well and what is not')}`);
}
