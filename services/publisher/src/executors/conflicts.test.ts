import { writeFile } from 'node:fs/promises';
import type { Operation } from '@marketops/contracts';
import type { SeedPull, SeedRelease } from '@marketops/local';
import { appendMarker, markerFor } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runId, sharedAuthority } from '../testing/gate-fixture.js';
import { pullOperation, repository, releaseOperation, tagOperation, targetSha } from '../testing/operations.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld, token } from '../testing/simulated.js';

let the: SimulatedWorld;
beforeEach(async () => {
  the = await openSimulatedWorld();
});
afterEach(() => the.close());

const marker = (operation: Operation): string =>
  markerFor(nodeCrypto, sharedAuthority.marker, { runId, operationId: operation.operation_id });

/** Somebody, or an earlier attempt of ours, does this on GitHub. */
async function onGitHub(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ id: number; sha: string; number: number }> {
  const answer = await fetch(`${the.github.url}/repos/acme/widgets${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? { id: 0, sha: '', number: 0 } : ((await answer.json()) as never);
}

const release = (fields: Partial<SeedRelease>) =>
  onGitHub('POST', '/releases', {
    tag_name: 'v1.4.0',
    target_commitish: targetSha,
    name: 'Widgets 1.4.0',
    ...fields,
  });
const tag = async (message: string, name = 'v1.4.0', sha = targetSha): Promise<void> => {
  const object = await onGitHub('POST', '/git/tags', { tag: name, message, object: sha, type: 'commit' });
  await onGitHub('POST', '/git/refs', { ref: `refs/tags/${name}`, sha: object.sha });
};
const lightTag = (sha: string) => onGitHub('POST', '/git/refs', { ref: 'refs/tags/v1.4.0', sha });
const upload = (id: number, name: string, content: string) =>
  fetch(`${the.github.url}/repos/acme/widgets/releases/${id}/assets?name=${name}`, {
    ...{ method: 'POST', body: content },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
  });

const failedWith = (error_code: string) =>
  expect.objectContaining({
    status: 'failed',
    audit: expect.objectContaining({ error_code, status: 'failed' }) as unknown,
  });
const succeeded = (adopted: boolean) =>
  expect.objectContaining({
    status: 'succeeded',
    audit: expect.objectContaining({ result: expect.objectContaining({ adopted }) as unknown }) as unknown,
  });

describe('publish_release', () => {
  it('a tag that names another commit is refused: target_commitish would be ignored', async () => {
    await lightTag('d'.repeat(40));
    expect(await the.ship(releaseOperation())).toEqual(failedWith('tag_elsewhere'));
    expect((await the.seen()).releases).toEqual([]);
  });
  it('an annotated tag is peeled before it is compared', async () => {
    await tag('by somebody');
    expect(await the.ship(releaseOperation())).toEqual(succeeded(false));
  });
  it.each([
    ['published', false],
    ['a draft', true],
  ])('another hand’s release of the tag, %s, is a conflict', async (_name, draft) => {
    await release({ body: 'What is new.', draft });
    expect(await the.ship(releaseOperation())).toEqual(failedWith('release_conflict'));
    expect((await the.seen()).releases).toHaveLength(1);
  });
  it('another release of another tag is none of ours', async () => {
    await release({ tag_name: 'v1.3.0' });
    expect(await the.ship(releaseOperation())).toEqual(succeeded(false));
  });
  it('ours, found beyond the first page, is adopted', async () => {
    const operation = releaseOperation();
    await release({ body: appendMarker('What is new.', marker(operation)) });
    for (let at = 0; at < 120; at += 1) await release({ tag_name: `v0.${at}` });
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect((await the.seen()).releases).toHaveLength(121);
  });
  it.each([
    ['body', { body: 'What is old.' }],
    ['name', { name: 'Widgets 1.4' }],
    ['prerelease', { prerelease: true }],
  ])('ours with another %s is a conflict: somebody edited it', async (_name, fields) => {
    const operation = releaseOperation();
    const body = appendMarker('body' in fields ? fields.body : 'What is new.', marker(operation));
    await release({ ...fields, body });
    expect(await the.ship(operation)).toEqual(failedWith('release_conflict'));
  });
  it('a draft of ours is finished: broken assets are replaced, missing ones added, then it is published', async () => {
    const operation = await releaseWithAssets(the.blobs);
    const { id } = await release({ draft: true, body: appendMarker('What is new.', marker(operation)) });
    await upload(id, 'SHA256SUMS', 'broken off');
    expect(await the.ship(operation)).toEqual(succeeded(false));
    expect((await the.seen()).releases).toMatchObject([{ id, draft: false }]);
    const stored = (await the.seen()).releases[0]?.assets.map(({ name, sha256 }) => ({ name, sha256 }));
    expect(stored).toHaveLength(2);
    expect(stored).toEqual(
      expect.arrayContaining(operation.assets.map(({ name, sha256 }) => ({ name, sha256 }))),
    );
  });
  it('an asset nobody authorized in our draft stops everything', async () => {
    const operation = await releaseWithAssets(the.blobs);
    const { id } = await release({ draft: true, body: appendMarker('What is new.', marker(operation)) });
    await upload(id, 'backdoor.sh', 'rm -rf');
    expect(await the.ship(operation)).toEqual(failedWith('release_conflict'));
    expect((await the.seen()).releases).toMatchObject([{ draft: true }]);
  });
  it('an asset that GitHub stores under another name than was authorized stops everything', async () => {
    await the.close();
    the = await openSimulatedWorld(undefined, (github) => ({
      ...github,
      uploadAsset: (repository, id, asset) =>
        github.uploadAsset(repository, id, { ...asset, name: `default.${asset.name}` }),
    }));
    expect(await the.ship(await releaseWithAssets(the.blobs))).toEqual(failedWith('asset_mismatch'));
    expect((await the.seen()).releases).toMatchObject([
      { draft: true, assets: [{ name: expect.stringMatching(/^default\./) as unknown }] },
    ]);
  });
  it('asset bytes swapped after planning are never completed', async () => {
    const operation = await releaseWithAssets(the.blobs);
    const [first] = operation.assets;
    await writeFile(the.blobs.pathOf(`sha256:${first?.sha256 ?? ''}`), 'not really a TARBALL');
    expect(await the.ship(operation)).toEqual(failedWith('conflict'));
    expect((await the.seen()).releases).toMatchObject([{ draft: true, assets: [] }]);
  });
});

describe('tag_repo', () => {
  it('a tag of ours that equals what was authorized is adopted', async () => {
    const operation = tagOperation();
    await tag(appendMarker(operation.message, marker(operation)));
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect((await the.seen()).tag_objects).toHaveLength(1);
  });
  it.each([
    ['a lightweight one at the same commit', () => lightTag(targetSha)],
    ['an annotated one by another hand', () => tag('Widgets 1.4.0')],
    ['ours with another message', () => tag(appendMarker('Widgets', marker(tagOperation())))],
    [
      'ours at another commit',
      () => tag(appendMarker('Widgets 1.4.0', marker(tagOperation())), 'v1.4.0', 'd'.repeat(40)),
    ],
  ])('a conflict: %s', async (_name, make) => {
    await make();
    const { refs } = await the.seen();
    expect(await the.ship(tagOperation())).toEqual(failedWith('tag_conflict'));
    expect((await the.seen()).refs).toEqual(refs);
  });
  it('a branch of the same name is no tag', async () => {
    await onGitHub('POST', '/git/refs', { ref: 'refs/heads/v1.4.0', sha: targetSha });
    expect(await the.ship(tagOperation())).toEqual(succeeded(false));
  });
});

describe('open_pr', () => {
  const open = (fields: Partial<SeedPull> = {}) =>
    onGitHub('POST', '/pulls', {
      title: 'Announce Widgets 1.4.0',
      head: 'acme:release-1.4.0',
      base: 'main',
      ...fields,
    });

  it('a head that was pushed to after the authorization is refused', async () => {
    the.github.push('acme/widgets', 'release-1.4.0');
    expect(await the.ship(pullOperation())).toEqual(failedWith('head_moved'));
    expect((await the.seen()).pulls).toEqual([]);
  });
  it('a head that was force-pushed after the authorization is refused', async () => {
    the.github.push('acme/widgets', 'release-1.4.0', { force: true });
    expect(await the.ship(pullOperation())).toEqual(failedWith('head_moved'));
  });
  it('a head that is gone is refused', async () => {
    const head = { ref: 'gone', sha: 'd'.repeat(40), repository };
    expect(await the.ship(pullOperation({ head }))).toEqual(failedWith('head_moved'));
  });
  it('a base that is gone is refused; one that has moved on is what bases do', async () => {
    const base = { ref: 'gone', sha: targetSha };
    expect(await the.ship(pullOperation({ base }))).toEqual(failedWith('base_missing'));
    the.github.push('acme/widgets', 'main');
    expect(await the.ship(pullOperation({ operation_id: 'second' }))).toEqual(succeeded(false));
  });
  it('another hand’s pull request of these branches is a conflict', async () => {
    await open();
    expect(await the.ship(pullOperation())).toEqual(failedWith('pull_conflict'));
    expect((await the.seen()).pulls).toHaveLength(1);
  });
  it('a fork’s pull request from a head of the same name is not adopted, whatever it says', async () => {
    const operation = pullOperation();
    const branches = [{ name: 'release-1.4.0', commits: [{ message: 'three', sha: 'd'.repeat(40) }] }];
    the.github.seed({ owner: 'mallory', name: 'widgets', fork_of: 'acme/widgets', branches });
    await open({ head: 'mallory:release-1.4.0', body: appendMarker(operation.body, marker(operation)) });
    expect(await the.ship(operation)).toEqual(succeeded(false));
    expect((await the.seen()).pulls).toHaveLength(2);
  });
  it('ours is adopted; ours with another title is a conflict', async () => {
    const operation = pullOperation();
    await open({ body: appendMarker(operation.body, marker(operation)) });
    expect(await the.ship(operation)).toEqual(succeeded(true));
    const other = pullOperation({ operation_id: 'other', title: 'Another title' });
    expect(await the.ship(other)).toEqual(failedWith('pull_conflict'));
  });
  it('ours that somebody has closed meanwhile is still the one effect', async () => {
    const operation = pullOperation();
    const { number } = await open({ body: appendMarker(operation.body, marker(operation)) });
    const pull = the.github.state.repository('acme/widgets').pulls.get(number);
    if (pull !== undefined) pull.state = 'closed';
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect((await the.seen()).pulls).toHaveLength(1);
  });
});

describe('X3: secrets', () => {
  it('no token in any event, whatever goes wrong', async () => {
    the.github.faults.arm({ kind: 'bad_gateway_before', method: '*', count: 2 });
    await the.ship(releaseOperation());
    await the.ship(tagOperation({ tag_name: 'v2', target_sha: 'e'.repeat(40) }));
    const events = [
      ...(await the.world.events(`op/${runId}/release`)),
      ...(await the.world.events(`op/${runId}/tag`)),
    ];
    expect(events.length).toBeGreaterThan(6);
    expect(JSON.stringify(events)).not.toContain(token);
  });
});
