import { ConfigError, credentialsOf, readSecret, type Settings, secretPlace } from '@marketops/engine';
import { readSystemFile } from '@marketops/operator';
import { appFindings } from './app.js';
import { type Finding, fail, skipped } from './finding.js';
import { type Holder, tokenFindings } from './token.js';

type Service = Holder['service'];

/**
 * The tokens and Apps of the accounts, as far as they are given to this command: whether others can read them, whether GitHub
 * takes them, and what it says they may do. GitHub is asked, nothing is written there, and no secret is shown.
 */
export async function credentialFindings(settings: Settings, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const holders = (['publisher', 'planner'] as const).flatMap((service) => holdersOf(settings, service));
  const given = holders.filter(({ credential }) => secretPlace(env, credential.secret) !== undefined);
  if (readSystemFile(settings.dataDir)?.github_simulated === true) {
    return [skipped('credentials', 'not asked about: the GitHub of the system that runs here is simulated')];
  }
  if (given.length === 0) {
    const names = [...new Set(holders.map(({ credential }) => credential.secret))].join(', ');
    return [
      skipped(
        'credentials',
        `not asked about: this command is given none (${names || 'there are no accounts'})`,
      ),
    ];
  }
  const findings: Finding[] = [...sharedFindings(given, env)];
  for (const holder of given) {
    try {
      const secret = readSecret(env, holder.credential.secret);
      if (secret === undefined) {
        const next = `Put it there, or unset ${holder.credential.secret}_FILE.`;
        findings.push(fail('credentials', `${holder.credential.secret} is empty`, next));
      } else if (holder.credential.kind === 'token') {
        findings.push(...(await tokenFindings(settings, holder, secret)));
      } else {
        findings.push(...(await appFindings(settings, holder, holder.credential, secret)));
      }
    } catch (fault) {
      if (!(fault instanceof ConfigError)) throw fault;
      findings.push(fail('credentials', `${fault.code}: ${fault.message}`, fault.next));
    }
  }
  const without = holders.filter((holder) => !given.includes(holder));
  if (without.length > 0) {
    const names = [...new Set(without.map(({ credential }) => credential.secret))].join(', ');
    findings.push(skipped('credentials', `not asked about, for this command is not given them: ${names}`));
  }
  return findings;
}

/** One per secret, with all the accounts that a service enters with it; an App has an installation for each. */
function holdersOf({ config }: Settings, service: Service): Holder[] {
  const holders = new Map<string, Holder>();
  for (const [account, credential] of credentialsOf(config, service)) {
    const key = credential.kind === 'app' ? `${credential.secret} ${account}` : credential.secret;
    const accounts = [...(holders.get(key)?.accounts ?? []), account];
    holders.set(key, { service, credential, accounts, repositories: exactly(config, accounts) });
  }
  return [...holders.values()];
}

const repositoriesMax = 5;

/** The repositories that the publisher's fence names without a star. */
function exactly({ publisher }: Settings['config'], accounts: readonly string[]): string[] {
  const fenced = Object.entries(publisher.accounts ?? {}).flatMap(([account, { repositories = [] }]) =>
    accounts.includes(account.toLowerCase()) ? repositories : [],
  );
  const exact = fenced.filter(
    (name) => !name.includes('*') && accounts.includes((name.split('/')[0] ?? '').toLowerCase()),
  );
  return [...new Set(exact)].slice(0, repositoriesMax);
}

/** Law F4: what the planner holds must not write, so it cannot be what the publisher holds. */
function sharedFindings(holders: readonly Holder[], env: NodeJS.ProcessEnv): Finding[] {
  const valuesOf = (service: Service) =>
    holders.flatMap((holder) => {
      const value = holder.service === service ? readable(env, holder.credential.secret) : undefined;
      return value === undefined ? [] : [{ name: holder.credential.secret, value }];
    });
  const writing = valuesOf('publisher');
  return valuesOf('planner').flatMap(({ name, value }) => {
    const same = writing.find((one) => one.value === value);
    if (same === undefined) return [];
    const what = `${name} and ${same.name} are one and the same: the planner could write (law F4)`;
    return [fail('credentials', what, 'Give the planner a token of its own that may only read.')];
  });
}

function readable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  try {
    return readSecret(env, name);
  } catch {
    // Told with its holder.
    return undefined;
  }
}
