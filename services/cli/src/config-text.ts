import { type MarketOpsConfig, MarketOpsConfig as Schema } from '@marketops/engine';
import { parseDocument, stringify } from 'yaml';

/** What the example leaves open. */
export interface ConfigChoices {
  readonly principal: string;
  readonly tenant: string;
  readonly environment: string;
  readonly modes: readonly ('dry_run' | 'prod')[];
  readonly accounts: readonly string[];
  /** `owner/name`; either may be `*`. */
  readonly repositories: readonly string[];
}

type Deep<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: Deep<Value[Key]> }
    : Value;
/** Parts of marketops.yml that shall differ from the example. */
export type ConfigOverrides = Deep<MarketOpsConfig>;

export const exampleChoices: ConfigChoices = {
  principal: 'local',
  tenant: 'acme',
  environment: 'local',
  modes: ['dry_run', 'prod'],
  accounts: ['acme'],
  repositories: ['acme/widgets', 'acme/website'],
};

/** Where a principal's plans may take files from, beside marketops.yml: a folder with nothing else in it. */
export const artifactsFolder = 'releases';

/**
 * marketops.yml as text with comments, and as the value it says.
 * @throws Error from the configuration's schema when a choice or an override does not fit it.
 */
export function exampleConfig(
  overrides: ConfigOverrides = {},
  choices: ConfigChoices = exampleChoices,
): { readonly config: MarketOpsConfig; readonly text: string } {
  const document = parseDocument(template(choices));
  for (const [path, value] of leaves(overrides)) document.setIn(path, document.createNode(value));
  const text = document.toString({ lineWidth: 110, flowCollectionPadding: false });
  return { config: Schema.parse(document.toJS()), text };
}

/** Each override with its path; lists and empty objects are values. */
function leaves(value: object, path: readonly string[] = []): [string[], unknown][] {
  return Object.entries(value).flatMap(([key, child]: [string, unknown]): [string[], unknown][] => {
    const isMap = typeof child === 'object' && child !== null && !Array.isArray(child);
    if (child === undefined) return [];
    return isMap && Object.keys(child).length > 0 ? leaves(child, [...path, key]) : [[[...path, key], child]];
  });
}

/** A scalar as YAML reads it back: a tenant may be called `123` or `null`. */
const scalar = (value: string): string => stringify(value, { lineWidth: 0 }).trim();
const list = (values: readonly string[]): string => `[${values.map(scalar).join(', ')}]`;

/** What the publisher serves of an account: the same repositories that the policies begin with. */
function fence(account: string, repositories: readonly string[]): string {
  const its = repositories.filter((pattern) =>
    ['*', account.toLowerCase()].includes(pattern.split('/')[0]?.toLowerCase() ?? ''),
  );
  return its.length === 0 ? '{}' : `{ repositories: ${list(its)} }`;
}

function template({ principal, tenant, environment, modes, accounts, repositories }: ConfigChoices): string {
  return `# marketops.yml: what the processes of MarketOps must know. It holds no secret; keys lie in .marketops/keys/.
# After a change, start the services again. \`marketops doctor\` checks this file.
version: 1

# Where authorizations count: a receipt minted here is worth nothing in another environment, API or log.
environment: ${scalar(environment)}
issuer: ${scalar(`${environment}-federation`)}
log_origin: ${scalar(`marketops.local/${environment}`)}

# Where Redis is when REDIS_URL does not say. \`marketops dev\` brings a private one where there is none.
redis_url: redis://127.0.0.1:6379
# prod wants a Redis that keeps its data (appendonly yes); true accepts one that forgets.
allow_non_durable_redis: false

# Who may ask for plans. Each principal has a queue of its own in Redis, {plans-<principal>}; what it may ask for
# stands here and never in the job.
principals:
  ${scalar(principal)}:
    tenants: ${list([tenant])}
    modes: ${list(modes)}
    # Files that its plans name must lie below this folder. Keep everything else, .marketops above all, out of it.
    artifacts_root: ${artifactsFolder}

# GitHub accounts for which the publisher holds a credential; plans for other accounts are refused. An account may name tokens
# or an App of its own: credential: { token: ACME_TOKEN, read_token: ACME_READ_TOKEN }. The secret itself never stands here.
accounts:
${accounts.map((account) => `  ${scalar(account)}: {}`).join('\n')}

# What may be done stands in this folder, in Cedar: every *.cedar of it. What no policy permits is denied.
# \`marketops policy check\` reads them, \`marketops policy test\` runs the tables of cases (*.test.yml) beside them.
policies: policies

# A second fence, the publisher's own: it stands even against policies and whoever decides by them. An account may have a cap
# as well, such as starts_per_hour: 20, and name the kinds of operation it serves, such as kinds: [tag_repo].
publisher:
  accounts:
${accounts.map((account) => `    ${scalar(account)}: ${fence(account, repositories)}`).join('\n')}
`;
}
