import { OperationKind } from '@marketops/contracts';
import { type Credential, leastPermissions, pemIn, type Settings } from '@marketops/engine';
import { type AppTokens, createAppInstallations, GitHubError, type Permissions } from '@marketops/github';
import { type Finding, fail, ok, warn } from './finding.js';
import { askTimeoutMs, type Holder, refusal, whoseOf } from './token.js';

/**
 * Asks GitHub for a token for each thing that an App is there for: it gives one exactly where the installation has the
 * permissions. The tokens are forgotten at once, and end within the hour.
 */
export async function appFindings(
  settings: Settings,
  holder: Holder,
  { appId, installationId, workflows }: Extract<Credential, { kind: 'app' }>,
  privateKeyPem: string,
): Promise<Finding[]> {
  const whose = whoseOf(holder);
  const [owner = '', name = ''] = (holder.repositories[0] ?? '').split('/');
  if (installationId === undefined && name === '') {
    const what = `${whose}: not asked about: neither its installation_id nor a repository is named in marketops.yml`;
    return [warn('credentials', what, 'Name installation_id with the App, or a repository below publisher.')];
  }
  try {
    const app = createAppInstallations({
      ...{ appId, apiUrl: settings.apiUrl, userAgent: 'marketops-doctor', requestTimeoutMs: askTimeoutMs },
      privateKeyPem: pemIn(privateKeyPem),
      ...(installationId === undefined ? {} : { installationId }),
    });
    const tokens = app.tokensFor(name === '' ? undefined : { owner, name });
    if (holder.service === 'planner') return await readingFindings(whose, tokens);
    const kinds = kindsOf(settings, holder.accounts);
    const findings: Finding[] = [];
    for (const kind of kinds)
      findings.push(await permitted(whose, kind, tokens, permissionsOf(kind, workflows)));
    return findings;
  } catch (fault) {
    return [refusal(whose, fault)];
  }
}

const permissionsOf = (kind: OperationKind, workflows: boolean): Permissions =>
  workflows && (kind === 'publish_release' || kind === 'tag_repo')
    ? { ...leastPermissions[kind], workflows: 'write' }
    : leastPermissions[kind];

function kindsOf({ config }: Settings, accounts: readonly string[]): readonly OperationKind[] {
  const fence = Object.entries(config.publisher.accounts ?? {}).find(([account]) =>
    accounts.includes(account.toLowerCase()),
  );
  return fence?.[1].kinds ?? OperationKind.options;
}

async function readingFindings(whose: string, tokens: AppTokens): Promise<Finding[]> {
  const reading = await permitted(whose, 'reading', tokens, leastPermissions.read);
  if (reading.verdict !== 'ok' || !(await gives(tokens, { contents: 'write' }))) return [reading];
  const what = `${whose}: the App may write contents, and with its key the planner could (law F4)`;
  return [reading, fail('credentials', what, 'Make an App for the planner that may only read.')];
}

/** GitHub answers 422 where the installation lacks one of them. */
async function gives(tokens: AppTokens, permissions: Permissions): Promise<boolean> {
  try {
    await tokens.pared({ permissions })();
    return true;
  } catch (fault) {
    if (fault instanceof GitHubError && fault.code === 'validation_failed') return false;
    throw fault;
  }
}

async function permitted(
  whose: string,
  what: string,
  tokens: AppTokens,
  permissions: Permissions,
): Promise<Finding> {
  const needed = Object.entries(permissions)
    .map(([name, level]) => `${name}: ${level}`)
    .join(', ');
  if (await gives(tokens, permissions))
    return ok('credentials', `${whose}: the App may do ${what} (${needed})`);
  const next = 'Give the App these permissions, and accept them where it is installed.';
  return fail('credentials', `${whose}: the App may not do ${what}, which needs ${needed}`, next);
}
