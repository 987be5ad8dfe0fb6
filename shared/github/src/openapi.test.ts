import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenApiContract } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GitHubClient } from './client.js';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, errorOf } from './testing/setup.js';

/* What this client sends, held against GitHub's published description: paths, bodies, headers. */

interface Sent {
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

const contract = OpenApiContract.load();
const sent: Sent[] = [];
let server: HostileServer;

function record(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    sent.push({ body: JSON.parse(Buffer.concat(chunks).toString()), headers: request.headers });
    always(500, { message: 'Recorded' })(request, response);
  });
}

beforeAll(async () => {
  server = await startHostileServer(record);
});
afterAll(() => server.stop());

const sha = 'a'.repeat(40);
const release = {
  ...{ tagName: 'v1', targetCommitish: sha, name: 'One', body: '' },
  ...{ draft: true, prerelease: false, makeLatest: 'legacy' as const },
};
const pull = { title: 'T', head: 'acme:feature/x', base: 'main', body: 'B', draft: false };
const writes: [string, string, (client: GitHubClient) => Promise<unknown>][] = [
  ['POST', 'git/tags', (client) => client.createTagObject(at, { tag: 'v1', message: 'M', commitSha: sha })],
  ['POST', 'git/refs', (client) => client.createRef(at, 'refs/tags/v1', sha)],
  ['POST', 'releases', (client) => client.createRelease(at, release)],
  ['PATCH', 'releases/{release_id}', (client) => client.updateRelease(at, 7, release)],
  ['POST', 'pulls', (client) => client.createPull(at, pull)],
];

describe('requests', () => {
  it.each(writes)('%s %s follow the description', async (method, template, write) => {
    expect(await errorOf(write(clientOf(server.url)))).toMatchObject({ code: 'service_unavailable' });
    const { body, headers } = sent.at(-1) ?? { body: null, headers: {} };
    expect(contract.requestFaults(method, `/repos/{owner}/{repo}/${template}`, body)).toEqual([]);
    expect(server.received.at(-1)).toEqual({
      ...{ method, path: `/repos/acme/widgets/${template.replace('{release_id}', '7')}`, authorized: true },
    });
    expect(headers).toMatchObject({
      ...{ accept: 'application/vnd.github.v3+json', 'x-github-api-version': '2022-11-28' },
      ...{ 'user-agent': 'marketops-test', 'content-type': 'application/json; charset=utf-8' },
    });
  });
});
