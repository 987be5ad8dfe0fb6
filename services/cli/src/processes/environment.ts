import type { ServiceName } from './names.js';

/** Where GitHub is, and who may do what there. Real or simulated is all the same to the services. */
export interface GitHubAccess {
  readonly apiUrl: string;
  readonly uploadUrl: string;
  /** For the planner: it only ever reads. */
  readonly readToken: string;
  /** For the publisher alone. */
  readonly writeToken: string;
}

export interface ServiceSurroundings {
  readonly configPath: string;
  readonly dataDir: string;
  readonly redisUrl: string;
  readonly github: GitHubAccess;
}

/** What any program needs to run at all. Nothing else of our own environment is passed on: it may hold secrets. */
const inherited = ['PATH', 'HOME', 'TZ', 'LANG'] as const;

export const plainEnvironment = (env: NodeJS.ProcessEnv = process.env): Record<string, string> =>
  Object.fromEntries(inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/**
 * The whole environment of a service: its own keys' folder and, of GitHub, only what it needs (law F4). The planner
 * gets a token that reads, the publisher the one that writes, federation the origin it binds receipts to and no
 * token, the ledger nothing.
 */
export function serviceEnvironment(
  service: ServiceName,
  { configPath, dataDir, redisUrl, github }: ServiceSurroundings,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const origins = { GITHUB_API_URL: github.apiUrl, GITHUB_UPLOAD_URL: github.uploadUrl };
  const ofGitHub: Readonly<Record<ServiceName, Record<string, string>>> = {
    ledger: {},
    planner: { ...origins, GITHUB_READ_TOKEN: github.readToken },
    federation: { GITHUB_API_URL: github.apiUrl },
    publisher: { ...origins, GITHUB_TOKEN: github.writeToken },
  };
  return {
    ...plainEnvironment(env),
    MARKETOPS_CONFIG: configPath,
    MARKETOPS_DATA_DIR: dataDir,
    MARKETOPS_KEYS_DIR: `${dataDir}/keys/${service}`,
    // Any free port of loopback; the ready line says which.
    MARKETOPS_HEALTH_PORT: '0',
    REDIS_URL: redisUrl,
    ...ofGitHub[service],
  };
}
