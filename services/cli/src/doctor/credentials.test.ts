import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MarketOpsConfig, type Settings } from '@marketops/engine';
import { type SimulatedGitHub, startSimulatedGitHub } from '@marketops/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { credentialFindings } from './credentials.js';

const folder = temporaryFolders();
const writes = 'canary_writes_0123456789';
const reads = 'canary_reads_0123456789';
const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    pem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const [shipper, reader] = [keyPair(), keyPair()];
const readOnly = { contents: 'read', pull_requests: 'read' } as const;

let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({
    tokens: [writes, { token: reads, permissions: readOnly }],
    apps: [
      {
        ...{ id: 77, slug: 'shipper', public_key: shipper.public_key },
        installations: [
          { id: 501, account: 'acme', permissions: { contents: 'write', pull_requests: 'read' } },
        ],
      },
      {
        ...{ id: 78, slug: 'reader', public_key: reader.public_key },
        installations: [
          { id: 502, account: 'acme', permissions: readOnly },
          { id: 503, account: 'contoso', permissions: { ...readOnly, contents: 'write' } },
        ],
      },
    ],
    seed: [{ owner: 'acme', name: 'widgets', branches: [{ name: 'main', commits: ['one'] }] }],
  });
});
afterAll(() => github.stop());

interface Given {
  readonly accounts?: unknown;
  readonly repositories?: readonly string[];
  readonly apiUrl?: string;
}
const settings = ({ accounts = { acme: {} }, repositories = ['acme/widgets'], apiUrl = github.url }: Given) =>
  ({
    ...{ apiUrl, uploadUrl: apiUrl, dataDir: folder() },
    config: MarketOpsConfig.parse({
      ...{
        version: 1,
        environment: 'test',
        issuer: 'test',
        log_origin: 'log.test',
        principals: {},
        accounts,
      },
      publisher: { accounts: { acme: { repositories } } },
    }),
  }) as Settings;
const told = async (env: NodeJS.ProcessEnv, given: Given = {}): Promise<string[]> => {
  const findings = await credentialFindings(settings(given), env);
  return findings.map(({ verdict, detail, next = '' }) => `${verdict} ${detail} ${next}`);
};
const tokens = { GITHUB_TOKEN: writes, GITHUB_READ_TOKEN: reads };

describe('what the doctor says of credentials', () => {
  it('given tokens that are well, then so, with what is left and what they see, and without them', async () => {
    const said = await told(tokens);
    expect(said.join('\n')).toMatch(
      /ok GITHUB_TOKEN \(publisher; acme\): http\S+ takes it, \d+ of 5000 requests left/,
    );
    expect(said.join('\n')).toMatch(
      /ok GITHUB_READ_TOKEN \(planner; acme\): sees 1 of the repositories named/,
    );
    // Of a fine-grained token nobody can say what it may do.
    const others = said.filter((one) => !one.startsWith('ok'));
    expect(others).toEqual([1, 2].map(() => expect.stringMatching(/^skipped .*GitHub does not tell/)));
    expect(said.join('\n')).not.toContain('canary');
    expect(github.requests.entries.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('given none, or only one, then what was not looked at', async () => {
    expect(await told({})).toEqual([expect.stringContaining('given none (GITHUB_TOKEN, GITHUB_READ_TOKEN)')]);
    expect((await told({ GITHUB_TOKEN: writes })).join('\n')).toContain('not given them: GITHUB_READ_TOKEN');
  });

  it('X3: given one is wrong, unreadable, exposed, empty or no token, then that, and never what it is', async () => {
    const path = join(folder(), 'token');
    writeFileSync(path, 'canary', { mode: 0o600 });
    chmodSync(path, 0o640);
    const empty = join(folder(), 'empty');
    writeFileSync(empty, '\n', { mode: 0o600 });
    for (const [env, says] of [
      [{ GITHUB_TOKEN: 'canary_wrong' }, /fail GITHUB_TOKEN .*unauthorized/],
      [{ GITHUB_TOKEN: 'canary with spaces' }, /fail key_invalid/],
      [{ GITHUB_TOKEN_FILE: path }, /fail key_exposed.*chmod 600/],
      [{ GITHUB_TOKEN_FILE: '/nowhere' }, /fail key_missing/],
      [{ GITHUB_TOKEN_FILE: empty }, /fail GITHUB_TOKEN is empty/],
    ] as const) {
      const said = (await told(env)).join('\n');
      expect(said).toMatch(says);
      expect(said).not.toContain('canary');
    }
  });

  it('F4: given one token for both, then it fails', async () => {
    const said = await told({ GITHUB_TOKEN: writes, GITHUB_READ_TOKEN: writes });
    expect(said.join('\n')).toMatch(/fail GITHUB_READ_TOKEN and GITHUB_TOKEN are one and the same/);
  });

  it('given a repository that it cannot see, or GitHub not there, then it fails', async () => {
    const repositories = ['acme/widgets', 'acme/gone', 'acme/*'];
    expect((await told(tokens, { repositories })).join('\n')).toMatch(
      /fail GITHUB_TOKEN .*acme\/gone: not_found/,
    );
    const away = await told({ GITHUB_TOKEN: writes }, { apiUrl: 'http://127.0.0.1:1' });
    expect(away[0]).toMatch(/^fail GITHUB_TOKEN .*connection/);
  });
});

describe('what the doctor says of an App', () => {
  const app = { app_id: 77, installation_id: 501, private_key: 'APP_KEY' };
  const read_app = { app_id: 78, installation_id: 502, private_key: 'READ_KEY' };
  const env = { APP_KEY: shipper.pem, READ_KEY: reader.pem.replaceAll('\n', '\\n') };

  it('given it lacks a permission, then which kind of operation it is not good for', async () => {
    const said = await told(env, { accounts: { acme: { credential: { app, read_app } } } });
    expect(said).toEqual([
      expect.stringContaining('ok APP_KEY (publisher; acme): the App may do publish_release'),
      expect.stringContaining('ok APP_KEY (publisher; acme): the App may do tag_repo'),
      expect.stringMatching(/^fail APP_KEY .*may not do open_pr, which needs .*pull_requests: write/),
      expect.stringMatching(/^ok APP_KEY .*may do attach_release_asset \(metadata: read, contents: write\)/),
      expect.stringMatching(/^ok READ_KEY \(planner; acme\): the App may do reading/),
    ]);
  });

  it('F4: given the planner’s App may write, then it fails', async () => {
    const accounts = { contoso: { credential: { read_app: { ...read_app, installation_id: 503 } } } };
    expect((await told(env, { accounts })).join('\n')).toMatch(/fail READ_KEY .*may write contents/);
  });

  it('given no installation, then it is found by a repository; given neither, then it was not asked', async () => {
    const { installation_id: _, ...unnamed } = app;
    const accounts = { acme: { credential: { app: unnamed } } };
    expect((await told(env, { accounts }))[0]).toMatch(/^ok APP_KEY .*may do publish_release/);
    expect((await told(env, { accounts, repositories: ['acme/*'] }))[0]).toMatch(
      /^warn APP_KEY .*installation_id/,
    );
  });

  it('given another key, then GitHub’s refusal', async () => {
    const said = await told({ APP_KEY: reader.pem }, { accounts: { acme: { credential: { app } } } });
    expect(said[0]).toMatch(/^fail APP_KEY .*unauthorized/);
    expect(said.join()).not.toContain('PRIVATE');
  });
});

describe('a classic token, and one that ends', () => {
  let server: Server;
  let headers: Record<string, string>;
  let url: string;
  beforeEach(async () => {
    server = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json', ...headers });
      response.end('{"message":"Rate limiting is not enabled."}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

  it.each<[string, Record<string, string>, NodeJS.ProcessEnv, RegExp]>([
    [
      'which writes, is no planner’s',
      { 'x-oauth-scopes': 'repo, user' },
      { GITHUB_READ_TOKEN: reads },
      /fail .*law F4/,
    ],
    [
      'without repo is no publisher’s',
      { 'x-oauth-scopes': 'user' },
      { GITHUB_TOKEN: writes },
      /fail .*cannot write/,
    ],
    ['is too much', { 'x-oauth-scopes': 'repo' }, { GITHUB_TOKEN: writes }, /warn .*classic/],
    [
      'that ends soon is told',
      { 'github-authentication-token-expiration': `${inDays(3)} 12:00:00 UTC` },
      { GITHUB_TOKEN: writes },
      /warn .*it ends on/,
    ],
    [
      'that ends late is well',
      { 'github-authentication-token-expiration': `${inDays(60)} 12:00:00 +0000` },
      { GITHUB_TOKEN: writes },
      /ok .*it ends on/,
    ],
  ])('%s', async (_what, given, env, says) => {
    headers = given;
    const said = (await told(env, { apiUrl: url, repositories: ['acme/*'] })).join('\n');
    expect(said).toMatch(says);
    // An Enterprise Server without limits has nothing to say about them, and takes the token.
    expect(said).toContain('takes it');
  });
});

describe('marketops doctor', () => {
  it('X3: given a token of the environment, then it is looked at, and shown nowhere', async () => {
    const cwd = folder();
    expect((await runCommand(['init', '--repo', 'acme/widgets'], { cwd })).code).toBe(0);
    const env = { REDIS_URL: 'redis://127.0.0.1:1', GITHUB_API_URL: github.url, ...tokens };
    const { stdout, stderr } = await runCommand(['doctor'], { cwd, env });
    expect(stdout).toContain('GITHUB_TOKEN (publisher; acme)');
    expect(stdout + stderr).not.toContain('canary');
  });
});
