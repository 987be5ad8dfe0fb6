import { defaultTokens, fromEnvironment, redisPasswordPath } from '@marketops/engine';
import { plainEnvironment } from '@marketops/local';
import type { ServiceName } from './names.js';

/** A token, or better the absolute path of the file that holds it: environments leak, into crash reports and children. */
export type TokenSource = { readonly file: string } | { readonly value: string };

/** Where GitHub is, and who may do what there. Real or simulated is all the same to the services. */
export interface GitHubAccess {
  readonly apiUrl: string;
  readonly uploadUrl: string;
  /** For the planner, as GITHUB_READ_TOKEN: it only ever reads. Absent where no account needs it. */
  readonly readToken?: TokenSource;
  /** For the publisher alone, as GITHUB_TOKEN. Absent where no account needs it. */
  readonly writeToken?: TokenSource;
  /** Tokens and keys that accounts name for themselves, by those names. */
  readonly secrets?: Readonly<Record<'planner' | 'publisher', Readonly<Record<string, TokenSource>>>>;
}

export interface ServiceSurroundings {
  readonly configPath: string;
  readonly dataDir: string;
  readonly redisUrl: string;
  /** Whether that Redis has a user for each service, whose passwords are in the keys folder. */
  readonly redisUsers: boolean;
  readonly github: GitHubAccess;
}

/** What the operator may say to every service alike: how much it logs, whom it trusts over TLS, and where its traces go. */
const forwarded = [
  'MARKETOPS_LOG_LEVEL',
  'NODE_EXTRA_CA_CERTS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SDK_DISABLED',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const;

const passedOn = (env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = fromEnvironment(env, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** What of ours is the console's alone: where it listens, and the secret of its sign-in, as a file or as a value. */
const ofConsole = [
  'MARKETOPS_CONSOLE_HOST',
  'MARKETOPS_CONSOLE_PORT',
  'MARKETOPS_OIDC_CLIENT_SECRET',
  'MARKETOPS_OIDC_CLIENT_SECRET_FILE',
] as const;

const tokenFrom = (name: string, source: TokenSource | undefined): Record<string, string> =>
  source === undefined ? {} : 'file' in source ? { [`${name}_FILE`]: source.file } : { [name]: source.value };

const tokensFrom = (sources: Readonly<Record<string, TokenSource>> = {}): Record<string, string> =>
  Object.assign({}, ...Object.entries(sources).map(([name, source]) => tokenFrom(name, source)));

/**
 * The whole environment of a service: its own keys' folder, its own Redis user and, of GitHub, only what it needs (law F4). The planner
 * gets what reads, the publisher what writes, federation the origin it binds receipts to and no
 * token, the ledger nothing. A token that stands in a file stays there, and its path is passed on (law X3).
 */
export function serviceEnvironment(
  service: ServiceName,
  { configPath, dataDir, redisUrl, redisUsers, github }: ServiceSurroundings,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const origins = { GITHUB_API_URL: github.apiUrl, GITHUB_UPLOAD_URL: github.uploadUrl };
  const ofGitHub: Readonly<Record<ServiceName, Record<string, string>>> = {
    ledger: {},
    planner: {
      ...origins,
      ...tokenFrom(defaultTokens.planner, github.readToken),
      ...tokensFrom(github.secrets?.planner),
    },
    federation: { GITHUB_API_URL: github.apiUrl },
    // The origin for the audience of what people sign there.
    console: { GITHUB_API_URL: github.apiUrl, ...passedOn(env, ofConsole) },
    publisher: {
      ...origins,
      ...tokenFrom(defaultTokens.publisher, github.writeToken),
      ...tokensFrom(github.secrets?.publisher),
    },
  };
  return {
    ...plainEnvironment(env),
    ...passedOn(env, forwarded),
    MARKETOPS_CONFIG: configPath,
    MARKETOPS_DATA_DIR: dataDir,
    MARKETOPS_KEYS_DIR: `${dataDir}/keys/${service}`,
    // Any free port of loopback; the ready line says which.
    MARKETOPS_HEALTH_PORT: '0',
    REDIS_URL: redisUrl,
    ...(redisUsers
      ? { REDIS_USERNAME: service, REDIS_PASSWORD_FILE: redisPasswordPath(dataDir, service) }
      : {}),
    ...ofGitHub[service],
  };
}
