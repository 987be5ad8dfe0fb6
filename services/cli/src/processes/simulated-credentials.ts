import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Credential, credentialsOf, defaultTokens, type MarketOpsConfig } from '@marketops/engine';
import type { GitHubAccess, TokenSource } from './environment.js';

/** An App as the simulated GitHub reads it (`--apps`). */
interface SimulatedApp {
  readonly id: number;
  readonly slug: string;
  readonly client_id?: string;
  readonly public_key: string;
  readonly installations: {
    readonly id: number;
    readonly account: string;
    readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  }[];
}

type Service = 'planner' | 'publisher';

interface HeldApp {
  readonly app: SimulatedApp;
  readonly key: TokenSource;
}

/** Files of this start, and who is pointed to which: as marketops.yml names them, so that it is the one for GitHub itself. */
export interface SimulatedCredentials {
  /** Of the simulated GitHub's command line. */
  readonly args: readonly string[];
  readonly access: Pick<GitHubAccess, 'readToken' | 'writeToken' | 'secrets'>;
}

const permissions = {
  publisher: {
    contents: 'write',
    pull_requests: 'write',
    workflows: 'write',
    members: 'read',
    metadata: 'read',
  },
  planner: { contents: 'read', pull_requests: 'read', metadata: 'read' },
} as const;

/**
 * Makes what the simulated GitHub accepts: a token to read with, a token to write with, and the Apps of the accounts that
 * have one, each secret in a file of its own (0600).
 */
export function simulatedCredentials(
  folder: string,
  config: Pick<MarketOpsConfig, 'accounts'>,
): SimulatedCredentials {
  const [readToken, writeToken] = [token('read'), token('write')];
  const apps = new Map<string, HeldApp>();
  const file = (name: string, text: string): { readonly file: string } => ({
    file: writeSecret(join(folder, name), text),
  });

  const appOf = (service: Service, appId: number | string): HeldApp => {
    const known = apps.get(String(appId));
    if (known !== undefined) return known;
    const at = apps.size + 1;
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const app: SimulatedApp = {
      ...{ ...numbered(appId, at), slug: `${service}-app-${at}`, installations: [] },
      public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    };
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const held = { app, key: file(`app-key-${at}`, pem.trim()) };
    apps.set(String(appId), held);
    return held;
  };

  let installations = 0;
  const sourceOf = (service: Service, account: string, credential: Credential): TokenSource => {
    if (credential.kind === 'token') return service === 'planner' ? access.readToken : access.writeToken;
    const { app, key } = appOf(service, credential.appId);
    installations += 1;
    const id = credential.installationId ?? 900_000 + installations;
    app.installations.push({ id, account, permissions: permissions[service] });
    return key;
  };

  const sourcesFor = (service: Service): Record<string, TokenSource> => {
    const sources: Record<string, TokenSource> = {};
    for (const [account, credential] of credentialsOf(config, service))
      sources[credential.secret] = sourceOf(service, account, credential);
    delete sources[defaultTokens[service]];
    return sources;
  };

  const tokensFile = file('tokens', `${readToken}\n${writeToken}`);
  const access = { readToken: file('read-token', readToken), writeToken: file('write-token', writeToken) };
  const secrets = { planner: sourcesFor('planner'), publisher: sourcesFor('publisher') };
  const seeds = JSON.stringify([...apps.values()].map(({ app }) => app));
  const appsFile = apps.size === 0 ? [] : ['--apps', file('apps.json', seeds).file];
  return { args: ['--tokens', tokensFile.file, ...appsFile], access: { ...access, secrets } };
}

/** An App is known by its number, or by a client id and a number of which nobody asks. */
const numbered = (appId: number | string, at: number): Pick<SimulatedApp, 'id' | 'client_id'> =>
  /^\d+$/.test(String(appId)) ? { id: Number(appId) } : { id: 1_000_000 + at, client_id: String(appId) };

/** Made anew, because a file that is there keeps the permissions it has. */
function writeSecret(path: string, text: string): string {
  rmSync(path, { force: true });
  writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' });
  return path;
}

const token = (use: string): string => `simulated_${use}_${randomBytes(20).toString('hex')}`;
