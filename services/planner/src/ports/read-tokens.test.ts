import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LoadedConfig, MarketOpsConfig } from '@marketops/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubDiscovery } from './github-discovery.js';

/* Which token the planner shows GitHub for which repository. */

let server: Server;
let url: string;
let shown: [path: string, token: string, body: unknown][];
beforeEach(async () => {
  shown = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? null : (JSON.parse(text) as Record<string, unknown>);
      const path = request.url ?? '';
      shown.push([path, request.headers.authorization?.replace('Bearer ', '') ?? '', body]);
      const exchange = path.endsWith('/access_tokens');
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      const issued = { token: 'ghs_reads_fabrikam', expires_at, permissions: body?.['permissions'] };
      response.writeHead(exchange ? 201 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(exchange ? issued : { message: 'Not Found' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const environment = {
  GITHUB_READ_TOKEN: 'reads_others',
  CONTOSO_READ: 'reads_contoso',
  FABRIKAM_READ_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
};

function discovery(env: NodeJS.ProcessEnv = environment) {
  const config = MarketOpsConfig.parse({
    ...{ version: 1, environment: 'test', issuer: 'marketops-test', log_origin: 'log.test', principals: {} },
    accounts: {
      contoso: { credential: { token: 'CONTOSO_WRITE', read_token: 'CONTOSO_READ' } },
      Fabrikam: {
        credential: { read_app: { app_id: 78, installation_id: 9, private_key: 'FABRIKAM_READ_KEY' } },
      },
    },
  });
  return githubDiscovery({ config, apiUrl: url, uploadUrl: url } as LoadedConfig, env);
}

describe('what the planner reads with', () => {
  it('X3: given several accounts, then each is read with its own, and others with GITHUB_READ_TOKEN', async () => {
    const asked = discovery();
    for (const name of ['Contoso/widgets', 'fabrikam/widgets', 'ann/widgets'])
      expect(await asked.repository(name)).toHaveProperty('fault');
    expect(shown.map(([path, token]) => [path, token])).toEqual([
      ['/repos/Contoso/widgets', 'reads_contoso'],
      ['/app/installations/9/access_tokens', expect.stringMatching(/^ey/)],
      ['/repos/fabrikam/widgets', 'ghs_reads_fabrikam'],
      ['/repos/ann/widgets', 'reads_others'],
    ]);
  });

  it('F4: given an App, then only tokens that read are asked for, whatever the App may do', async () => {
    await discovery().repository('fabrikam/widgets');
    expect(shown[0]?.[2]).toEqual({
      permissions: { metadata: 'read', contents: 'read', pull_requests: 'read' },
    });
  });

  it('given nothing for others, then a fork of theirs is a fault of the plan, and nobody’s token is shown', async () => {
    const asked = discovery({ ...environment, GITHUB_READ_TOKEN: '' });
    const fault = expect.stringContaining('GITHUB_READ_TOKEN');
    expect(await asked.repository('ann/widgets')).toEqual({ fault });
    expect(await asked.repository('no repository')).toHaveProperty('fault');
    expect(shown).toEqual([]);
  });

  it.each(['CONTOSO_READ', 'FABRIKAM_READ_KEY'])('given no %s, then the planner does not start', (name) => {
    expect(() => discovery({ ...environment, [name]: '' })).toThrow(
      expect.objectContaining({ code: 'key_missing', next: expect.stringContaining(name) }),
    );
  });

  it('F4: given only what writes, then the planner does not start', () => {
    const writes = { CONTOSO_WRITE: 'writes', GITHUB_TOKEN: 'writes' };
    expect(() => discovery(writes)).toThrow(expect.objectContaining({ code: 'key_missing' }));
  });
});
