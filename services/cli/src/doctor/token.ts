import { type Credential, type Settings, tokenIn } from '@marketops/engine';
import { createGitHubClient, type GitHubClient, GitHubError } from '@marketops/github';
import { type Finding, fail, ok, skipped, warn } from './finding.js';

/** A credential, and what it is for. */
export interface Holder {
  readonly service: 'publisher' | 'planner';
  readonly credential: Credential;
  /** In lower case. */
  readonly accounts: readonly string[];
  /** `owner/name` of these accounts: some that it must reach, as far as the configuration names any. */
  readonly repositories: readonly string[];
}

export const askTimeoutMs = 5_000;

/** Classic tokens say what they may do: these scopes write to repositories. */
const writing = ['repo', 'public_repo'];
const soonMs = 14 * 24 * 3_600_000;

export const whoseOf = ({ service, credential, accounts }: Holder): string =>
  `${credential.secret} (${service}; ${accounts.join(', ')})`;

/** Asks GitHub what it makes of a token; its limits may be asked for without cost. @throws ConfigError where it is none */
export async function tokenFindings(settings: Settings, holder: Holder, token: string): Promise<Finding[]> {
  const whose = whoseOf(holder);
  let headers: Readonly<Record<string, string | undefined>> = {};
  const client = createGitHubClient({
    ...{ apiUrl: settings.apiUrl, uploadUrl: settings.uploadUrl, token: tokenIn(token) },
    ...{ userAgent: 'marketops-doctor', requestTimeoutMs: askTimeoutMs },
    observer: {
      beforeRequest: () => undefined,
      afterResponse: (outcome) => {
        headers = { ...headers, ...outcome.headers };
      },
    },
  });
  try {
    return [
      ok('credentials', `${whose}: ${settings.apiUrl} takes it${await leftOf(client)}`),
      ...scopeFindings(holder, headers['x-oauth-scopes']),
      ...expiryFindings(whose, headers['github-authentication-token-expiration']),
      ...(await reachFindings(whose, client, holder.repositories)),
    ];
  } catch (fault) {
    return [refusal(whose, fault)];
  }
}

export function refusal(whose: string, fault: unknown): Finding {
  if (!(fault instanceof GitHubError)) throw fault;
  return fail('credentials', `${whose}: ${fault.code}: ${fault.message}`, fault.next);
}

async function leftOf(client: GitHubClient): Promise<string> {
  const budget = await client.getRateLimit();
  // An Enterprise Server on which limits are off has nothing to say about them.
  return budget === null ? '' : `, ${budget.remaining} of ${budget.limit} requests left`;
}

/** Only classic tokens have scopes; what a fine-grained one may do GitHub tells nobody. */
function scopeFindings(holder: Holder, header: string | undefined): Finding[] {
  const whose = whoseOf(holder);
  if (header === undefined || header === '')
    return [
      skipped(
        'credentials',
        `${whose}: what it may do, GitHub does not tell (docs/going-live.md has what it needs)`,
      ),
    ];
  const scopes = header.split(',').map((scope) => scope.trim());
  const writes = scopes.filter((scope) => writing.includes(scope));
  if (holder.service === 'planner' && writes.length > 0) {
    const what = `${whose}: a classic token with ${writes.join(', ')}, which writes: the planner must not (law F4)`;
    return [fail('credentials', what, 'Give the planner a fine-grained token that may only read.')];
  }
  if (holder.service === 'publisher' && writes.length === 0) {
    const what = `${whose}: a classic token without the scope repo: it cannot write`;
    return [fail('credentials', what, 'Give it a fine-grained token: docs/going-live.md.')];
  }
  const what = `${whose}: a classic token, good for all that its user may do`;
  return [warn('credentials', what, 'A fine-grained token or an App can be held to what is needed.')];
}

function expiryFindings(whose: string, header: string | undefined): Finding[] {
  // GitHub writes `2026-01-31 12:00:00 UTC`, or `… +0000`.
  const endsMs = Date.parse(header ?? '');
  if (Number.isNaN(endsMs)) return [];
  const what = `${whose}: it ends on ${new Date(endsMs).toISOString().slice(0, 10)}`;
  if (endsMs - Date.now() > soonMs) return [ok('credentials', what)];
  return [
    warn('credentials', what, 'Make the next one now, and write it into the file: no restart is needed.'),
  ];
}

async function reachFindings(
  whose: string,
  client: GitHubClient,
  repositories: readonly string[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const fullName of repositories) {
    const [owner = '', name = ''] = fullName.split('/');
    try {
      await client.getRepository(owner, name);
    } catch (fault) {
      findings.push(refusal(`${whose}: ${fullName}`, fault));
    }
  }
  const seen = repositories.length - findings.length;
  return seen === 0
    ? findings
    : [ok('credentials', `${whose}: sees ${seen} of the repositories named`), ...findings];
}
