import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const assets = ['dist/widgets-1.4.0.tgz', 'dist/SHA256SUMS'];
const operations = [
  { id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', message: 'Widgets 1.4.0' },
  {
    id: 'release',
    kind: 'publish_release',
    depends_on: ['tag'],
    tag_name: 'v1.4.0',
    release_name: 'Widgets 1.4.0',
    body: 'Rounder than ever.',
    assets: assets.map((path) => ({ path })),
  },
  {
    id: 'announce',
    kind: 'open_pr',
    depends_on: ['release'],
    repository: 'acme/website',
    head: 'release-1.4.0',
    base: 'main',
    title: 'Announce Widgets 1.4.0',
    body: 'See the release.',
  },
];

/**
 * The whole flow against a GitHub that somebody else wrote (`emulate` on npm, 0.11.2): what ours forgives or gets wrong, that
 * one need not. Where it is not like GitHub the plan keeps clear of it: it knows no `application/vnd.github.sha` and answers 404
 * for a revision it does not know (so nothing here names a `target`), and it reckons no digests of assets.
 */
describe('the flow against an independent stand-in for GitHub', () => {
  let github: Emulator;
  let the: TemporarySystem;
  const token = 'stand_in_token';
  const ask = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${github.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new TypeError(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };

  /** A branch that is one commit ahead of main. */
  const branchOff = async (repository: string, name: string): Promise<void> => {
    const { commit: main } = await ask<{ commit: { sha: string } }>(`/repos/${repository}/branches/main`);
    const { tree } = await ask<{ tree: { sha: string } }>(`/repos/${repository}/git/commits/${main.sha}`);
    const commit = { message: 'Announce Widgets 1.4.0', tree: tree.sha, parents: [main.sha] };
    const { sha } = await ask<{ sha: string }>(`/repos/${repository}/git/commits`, commit);
    await ask(`/repos/${repository}/git/refs`, { ref: `refs/heads/${name}`, sha });
  };

  beforeAll(async () => {
    const repositories = ['widgets', 'website'].map((name) => ({ owner: 'acme', name, auto_init: true }));
    github = await createEmulator({
      service: 'github',
      port: await freePort(),
      seed: {
        tokens: { [token]: { login: 'acme', scopes: ['repo'] } },
        github: { users: [{ login: 'acme' }], repos: repositories },
      },
    });
    await branchOff('acme/website', 'release-1.4.0');
    the = await temporarySystem({
      github: {
        apiUrl: github.url,
        uploadUrl: github.url,
        readToken: { value: token },
        writeToken: { value: token },
      },
    });
    mkdirSync(join(the.system.dir, 'releases/dist'), { recursive: true });
    for (const path of assets) writeFileSync(join(the.system.dir, 'releases', path), `bytes of ${path}\n`);
  });
  afterAll(async () => {
    await the?.close();
    await github?.close();
  });

  it('D1: given a dry run, then it plans all three and writes nothing', async () => {
    const [runId = ''] = await the.client.submit([{ mode: 'dry_run', operations }]);
    await the.client.ended([runId]);
    const { completed, planned, rejected } = await the.client.run(runId);
    expect(rejected?.data).toBeUndefined();
    expect(completed?.data).toMatchObject({ status: 'blocked', blocked: 3 });
    expect(planned?.data).toMatchObject({ would_ship: 3 });
    expect(await ask('/repos/acme/widgets/releases')).toEqual([]);
    expect(await ask('/repos/acme/website/pulls?state=all')).toEqual([]);
  });

  it('given a prod run, then a tag, a release with two assets and a pull request are there', async () => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    await the.client.ended([runId]);
    const audits = await Promise.all(operations.map(({ id }) => the.client.operation(runId, id)));
    expect(audits.map(({ outcome }) => outcome?.data.audit.error_message)).toEqual([null, null, null]);
    expect(await ask('/repos/acme/widgets/releases')).toMatchObject([
      { tag_name: 'v1.4.0', draft: false, assets: assets.map((path) => ({ name: path.slice(5) })) },
    ]);
    expect(await ask('/repos/acme/website/pulls?state=all')).toMatchObject([
      { title: 'Announce Widgets 1.4.0', head: { ref: 'release-1.4.0' } },
    ]);
  });
});
