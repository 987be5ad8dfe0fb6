import type { OperationKind } from '@marketops/contracts';
import { z } from 'zod';
import type { MarketOpsConfig } from './schema.js';

/** Read where an account says nothing else: the first writes and is the publisher's, the second only reads. */
export const defaultTokens = { publisher: 'GITHUB_TOKEN', planner: 'GITHUB_READ_TOKEN' } as const;

/** What an App or a token needs at least, by GitHub's names: to look, and for each kind of operation (docs/going-live.md). */
export const leastPermissions = {
  read: { metadata: 'read', contents: 'read', pull_requests: 'read' },
  publish_release: { metadata: 'read', contents: 'write' },
  tag_repo: { metadata: 'read', contents: 'write' },
  open_pr: { metadata: 'read', contents: 'read', pull_requests: 'write' },
  attach_release_asset: { metadata: 'read', contents: 'write' },
} as const satisfies Record<OperationKind | 'read', Readonly<Record<string, 'read' | 'write'>>>;

/** What the services take from the environment themselves, and what would change how a program runs. */
const taken =
  /^(?:MARKETOPS|REDIS|NODE|NPM|LD|DYLD|SSL|HTTPS?|NO)_|^(?:PATH|HOME|USER|SHELL|TMPDIR|LANG|GITHUB_(?:API|UPLOAD)_URL)$/;

/** The name of a variable that holds a secret, or whose `<NAME>_FILE` names the file that does. */
const SecretName = z
  .string()
  .max(100)
  .regex(
    /^[A-Z][A-Z0-9_]*$/,
    'must be the name of a variable, such as ACME_TOKEN: the secret itself stands elsewhere',
  )
  .refine(
    (name) => !name.endsWith('_FILE'),
    'must be named without _FILE: <NAME>_FILE is looked at first anyway',
  )
  .refine((name) => !taken.test(name), 'is a variable with another meaning');

const app = {
  app_id: z
    .union([z.int().min(1), z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be the App’s id or client id')])
    .describe('The App’s id, or its client id.'),
  installation_id: z.int().min(1).optional().describe('Absent: found by the repository.'),
  private_key: SecretName.describe('The name of the variable with the App’s private key (PEM).'),
};

/** What an account is entered with. Absent members are as without any: GITHUB_TOKEN, and GITHUB_READ_TOKEN for the planner. */
export const AccountCredential = z
  .strictObject({
    token: SecretName.optional().describe('The name of the publisher’s token: it writes.'),
    app: z
      .strictObject({
        ...app,
        workflows: z
          .boolean()
          .default(false)
          .describe(
            'Whether releases and tags may be of commits that change workflow files: the App needs `workflows: write` then.',
          ),
      })
      .optional(),
    read_token: SecretName.optional().describe('The name of the planner’s token: it only reads.'),
    read_app: z.strictObject(app).optional(),
  })
  .superRefine(({ token, app: writing, read_token, read_app: reading }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (token !== undefined && writing !== undefined) fault('app', 'stands beside token: give one of them');
    if (read_token !== undefined && reading !== undefined)
      fault('read_app', 'stands beside read_token: give one of them');
    if (token === undefined && writing === undefined && read_token === undefined && reading === undefined)
      fault('token', 'one of token, app, read_token and read_app must be there');
    if (writing !== undefined && String(writing.app_id) === String(reading?.app_id))
      fault('read_app', 'is the App that writes: with its key the planner could write too (law F4)');
  });
type AccountCredential = z.infer<typeof AccountCredential>;

/** With what one process enters one account. */
export type Credential =
  | { readonly kind: 'token'; readonly secret: string }
  | {
      readonly kind: 'app';
      readonly secret: string;
      readonly appId: number | string;
      readonly installationId: number | undefined;
      /** Whether it may be asked for tokens that change workflow files. */
      readonly workflows: boolean;
    };

const credentialOf = (
  token: string | undefined,
  named: z.infer<z.ZodObject<typeof app>> | undefined,
  otherwise: string,
  workflows = false,
): Credential =>
  named === undefined
    ? { kind: 'token', secret: token ?? otherwise }
    : {
        kind: 'app',
        secret: named.private_key,
        appId: named.app_id,
        installationId: named.installation_id,
        workflows,
      };

/** By the account's name in lower case: with what a service enters it. */
export function credentialsOf(
  { accounts }: Pick<MarketOpsConfig, 'accounts'>,
  service: 'publisher' | 'planner',
): ReadonlyMap<string, Credential> {
  return new Map(
    Object.entries(accounts).map(([account, { credential = {} }]) => [
      account.toLowerCase(),
      service === 'publisher'
        ? credentialOf(credential.token, credential.app, defaultTokens.publisher, credential.app?.workflows)
        : credentialOf(credential.read_token, credential.read_app, defaultTokens.planner),
    ]),
  );
}

/** The names of the secrets that a service needs, each once. */
export const secretsOf = (
  config: Pick<MarketOpsConfig, 'accounts'>,
  service: 'publisher' | 'planner',
): string[] => [...new Set([...credentialsOf(config, service).values()].map(({ secret }) => secret))];

/** What no single account's entry shows: one account twice, and a secret that the planner would share with the publisher. */
export function refuseShared(
  accounts: Readonly<Record<string, { readonly credential?: AccountCredential | undefined }>>,
  context: z.RefinementCtx,
): void {
  const names = new Set<string>();
  const entries = Object.entries(accounts);
  const writing = new Set<string>([defaultTokens.publisher]);
  const writingApps = new Set<string>();
  for (const [, { credential }] of entries) {
    for (const name of [credential?.token, credential?.app?.private_key])
      if (name !== undefined) writing.add(name);
    if (credential?.app !== undefined) writingApps.add(String(credential.app.app_id));
  }
  writing.delete(defaultTokens.planner);
  for (const [account, { credential }] of entries) {
    const fault = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path: [account, ...path], message });
    if (names.has(account.toLowerCase())) fault([], 'names an account twice');
    names.add(account.toLowerCase());
    if (credential === undefined) continue;
    const { token, app: held, read_token, read_app } = credential;
    const shared = 'is what the publisher writes with: the planner must not have it (law F4)';
    if (token === defaultTokens.planner || held?.private_key === defaultTokens.planner)
      fault(['credential'], `${defaultTokens.planner} only reads: name another variable for the publisher`);
    if (read_token !== undefined && writing.has(read_token)) fault(['credential', 'read_token'], shared);
    if (read_app === undefined) continue;
    if (writing.has(read_app.private_key)) fault(['credential', 'read_app', 'private_key'], shared);
    if (writingApps.has(String(read_app.app_id))) fault(['credential', 'read_app', 'app_id'], shared);
  }
}
