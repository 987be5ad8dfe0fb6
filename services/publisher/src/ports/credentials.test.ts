import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Operation } from '@marketops/contracts';
import { ConfigError, type LoadedConfig, MarketOpsConfig } from '@marketops/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pullOperation, releaseOperation, repository, tagOperation } from '../testing/operations.js';
import { githubOverHttp } from './github.js';

/* Several accounts, each with its own credential, and a server that notes whose token it is shown for which path. */

interface Shown {
  readonly path: string;
  readonly token: string;
  readonly body: unknown;
}

let server: Server;
let url: string;
let shown: Shown[];
let elsewhere: string;
let folder: string;
beforeEach(async () => {
  shown = [];
  elsewhere = '';
  folder = mkdtempSync(join(tmpdir(), 'marketops-accounts-'));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      const text = Buffer.concat(chunks).toString();
      const path = request.url ?? '';
      const body: unknown = text === '' ? null : JSON.parse(text);
      shown.push({ path, token, body });
      if (elsewhere !== '' && path.startsWith('/repos/')) {
        response.writeHead(301, { location: `${elsewhere}${path}` });
        response.end();
        return;
      }
      const exchange = path.endsWith('/access_tokens');
      response.writeHead(exchange ? 201 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(exchange ? issued(body) : { message: `no: ${token}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

let made = 0;
function issued(body: unknown) {
  made += 1;
  const { permissions, repository_ids } = body as { permissions?: unknown; repository_ids?: number[] };
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const whose =
    repository_ids === undefined
      ? { repository_selection: 'all' }
      : { repository_selection: 'selected', repositories: repository_ids.map((id) => ({ id })) };
  return { token: `ghs_canary_of_app_${made}`, expires_at, permissions, ...whose };
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

function loaded(accounts: unknown): LoadedConfig {
  const config = MarketOpsConfig.parse({
    ...{ version: 1, environment: 'test', issuer: 'marketops-test', log_origin: 'log.test' },
    ...{ principals: {}, accounts },
  });
  return { config, apiUrl: url, uploadUrl: url } as LoadedConfig;
}

const app = { app_id: 77, installation_id: 501, private_key: 'FABRIKAM_APP_KEY' };
const accounts = {
  acme: {},
  Contoso: { credential: { token: 'CONTOSO_TOKEN' } },
  fabrikam: { credential: { app } },
};
const environment = () => {
  writeFileSync(join(folder, 'contoso'), 'canary_contoso\n', { mode: 0o600 });
  return {
    ...{ GITHUB_TOKEN: 'canary_acme', CONTOSO_TOKEN_FILE: join(folder, 'contoso') },
    FABRIKAM_APP_KEY: pem.replaceAll('\n', '\\n'),
  };
};
const controls = { beforeWrite: () => Promise.resolve(), signal: new AbortController().signal };
const faultOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.fail('it was not refused'),
    (fault: unknown) => fault,
  );

describe('X3: several accounts at one server', () => {
  it('given each asks for its own, then no request bears another account’s token', async () => {
    const github = githubOverHttp(loaded(accounts), environment());
    const owners = ['acme', 'contoso', 'Fabrikam'];
    const faults = await Promise.all(
      Array.from({ length: 30 }, (_, at) => owners[at % 3] ?? '').map(async (owner) => {
        const at = { owner, name: 'widgets' };
        const subject = { operation: tagOperation({ repository: { ...at, id: 9 } }) };
        return faultOf(github(owner, { ...controls, subject }).createRef(at, 'refs/tags/v1', 'a'.repeat(40)));
      }),
    );
    const tokens = (owner: string) =>
      new Set(shown.filter(({ path }) => path.startsWith(`/repos/${owner}/`)).map(({ token }) => token));
    expect(tokens('acme')).toEqual(new Set(['canary_acme']));
    expect(tokens('contoso')).toEqual(new Set(['canary_contoso']));
    expect([...tokens('Fabrikam')].join()).toMatch(/^ghs_canary_of_app_\d+$/);
    expect(shown).toHaveLength(31);
    // The server says every token back, and none is in what is thrown.
    expect(inspect(faults, { depth: 20, showHidden: true })).not.toContain('canary');
  });

  it('given the server points elsewhere, then nobody there is shown anything', async () => {
    const received: string[] = [];
    const attacker = createServer((request, response) => {
      received.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
    elsewhere = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;
    const github = githubOverHttp(loaded(accounts), environment());
    for (const owner of ['acme', 'contoso', 'fabrikam']) {
      const subject = { operation: tagOperation({ repository: { owner, name: 'widgets', id: 9 } }) };
      const client = github(owner, { ...controls, subject });
      expect(await faultOf(client.getRepository(owner, 'widgets'))).toMatchObject({ code: 'redirected' });
    }
    expect(received).toEqual([]);
    attacker.closeAllConnections();
    await new Promise((resolve) => attacker.close(resolve));
  });

  it('given one is missing, then nothing starts, and it is named and not shown', () => {
    for (const [left, says] of [
      ['GITHUB_TOKEN', 'acme'],
      ['CONTOSO_TOKEN_FILE', 'contoso'],
      ['FABRIKAM_APP_KEY', 'fabrikam'],
    ] as const) {
      const start = () => githubOverHttp(loaded(accounts), { ...environment(), [left]: '' });
      expect(start).toThrow(ConfigError);
      expect(start).toThrow(
        expect.objectContaining({ code: 'key_missing', message: expect.stringContaining(says) }),
      );
    }
  });

  it('given the key of an App is none, then nothing starts, and it is not shown', () => {
    const env = { ...environment(), FABRIKAM_APP_KEY: 'canary, not a key' };
    const start = () => githubOverHttp(loaded(accounts), env);
    expect(start).toThrow(expect.objectContaining({ code: 'key_invalid' }));
    expect(start).toThrow(/^(?!.*canary)/);
  });
});

describe('the token of an App', () => {
  const scopes = async (asks: readonly { operation?: Operation; repository?: typeof repository }[]) => {
    const github = githubOverHttp(loaded({ acme: { credential: { app } } }), environment());
    for (const { operation, repository: at } of asks) {
      const about = {
        ...(operation === undefined ? {} : { subject: { operation } }),
        ...(at === undefined ? {} : { repository: at }),
      };
      await faultOf(github('acme', { ...controls, ...about }).getRepository('acme', 'widgets'));
    }
    return shown.flatMap(({ path, body }) => (path.endsWith('/access_tokens') ? [body] : []));
  };
  const contents = { contents: 'write', metadata: 'read' };
  const pulls = { contents: 'read', metadata: 'read', pull_requests: 'write' };
  const reads = { contents: 'read', metadata: 'read', pull_requests: 'read' };
  const fork = { id: 99, owner: 'Acme', name: 'widgets-fork' };

  it.each<[string, Operation | undefined, object, number[]]>([
    ['a release', releaseOperation(), contents, [4_711]],
    ['a tag', tagOperation(), contents, [4_711]],
    ['a pull request', pullOperation(), pulls, [4_711]],
    [
      'a pull request with a team',
      pullOperation({ team_reviewers: ['a'] }),
      { ...pulls, members: 'read' },
      [4_711],
    ],
    [
      'a pull request from a fork of the same owner',
      pullOperation({ head: { ref: 'next', sha: 'd'.repeat(40), repository: fork } }),
      pulls,
      [99, 4_711],
    ],
    [
      'a pull request from somebody else’s fork',
      pullOperation({ head: { ref: 'next', sha: 'd'.repeat(40), repository: { ...fork, owner: 'ann' } } }),
      pulls,
      [4_711],
    ],
  ])('for %s can do that, in its repository, and no more', async (_what, operation, permissions, ids) => {
    expect(await scopes([operation === undefined ? {} : { operation }])).toEqual([
      { permissions, repository_ids: ids },
    ]);
  });

  it('for nothing but looking only reads, in the one repository or in all', async () => {
    expect(await scopes([{ repository }, {}])).toEqual([
      { permissions: reads, repository_ids: [4_711] },
      { permissions: reads },
    ]);
  });

  it('is fetched once for each kind and repository', async () => {
    const other = { ...repository, id: 5, name: 'website' };
    const asks = [releaseOperation(), tagOperation(), pullOperation(), tagOperation({ repository: other })];
    expect(await scopes([...asks, ...asks, ...asks].map((operation) => ({ operation })))).toHaveLength(3);
  });

  it('may change workflow files where marketops.yml says so, and then for releases and tags alone', async () => {
    const github = githubOverHttp(
      loaded({ acme: { credential: { app: { ...app, workflows: true } } } }),
      environment(),
    );
    for (const operation of [tagOperation(), pullOperation()])
      await faultOf(github('acme', { ...controls, subject: { operation } }).getRepository('acme', 'widgets'));
    expect(shown.flatMap(({ body }) => (body === null ? [] : [body]))).toMatchObject([
      { permissions: { ...contents, workflows: 'write' } },
      { permissions: pulls },
    ]);
  });
});
