import { writeFile } from 'node:fs/promises';
import type { SeedPull } from '@marketops/local';
import { appendMarker } from '@marketops/proof';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runId } from '../testing/gate-fixture.js';
import {
  pullOperation,
  releaseOperation,
  repository,
  tagOperation,
  targetSha,
} from '../testing/operations.js';
import { failedWith, markerOf, type OtherHand, otherHand, succeeded } from '../testing/other-hand.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld, token } from '../testing/simulated.js';

let the: SimulatedWorld;
let hand: OtherHand;
beforeEach(async () => {
  the = await openSimulatedWorld();
  hand = otherHand(the);
});
afterEach(() => the.close());

const release: OtherHand['release'] = (fields) => hand.release(fields);
const tag: OtherHand['tag'] = (...fields) => hand.tag(...fields);
const upload: OtherHand['upload'] = (...fields) => hand.upload(...fields);
const lightTag = (sha: string) => hand.ask('POST', '/git/refs', { ref: 'refs/tags/v1.4.0', sha });
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
    await release({ body: appendMarker('What is new.', markerOf(operation)) });
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
    const body = appendMarker('body' in fields ? fields.body : 'What is new.', markerOf(operation));
    await release({ ...fields, body });
    expect(await the.ship(operation)).toEqual(failedWith('release_conflict'));
  });
  it('a draft of ours is finished: broken assets are replaced, missing ones added, then it is published', async () => {
    const operation = await releaseWithAssets(the.blobs);
    const { id } = await release({ draft: true, body: appendMarker('What is new.', markerOf(operation)) });
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
    const { id } = await release({ draft: true, body: appendMarker('What is new.', markerOf(operation)) });
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
    await tag(appendMarker(operation.message, markerOf(operation)));
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect((await the.seen()).tag_objects).toHaveLength(1);
  });
  it.each([
    ['a lightweight one at the same commit', () => lightTag(targetSha)],
    ['an annotated one by another hand', () => tag('Widgets 1.4.0')],
    ['ours with another message', () => tag(appendMarker('Widgets', markerOf(tagOperation())))],
    [
      'ours at another commit',
      () => tag(appendMarker('Widgets 1.4.0', markerOf(tagOperation())), 'v1.4.0', 'd'.repeat(40)),
    ],
  ])('a conflict: %s', async (_name, make) => {
    await make();
    const { refs } = await the.seen();
    expect(await the.ship(tagOperation())).toEqual(failedWith('tag_conflict'));
    expect((await the.seen()).refs).toEqual(refs);
  });
  it('a branch of the same name is no tag', async () => {
    await hand.ask('POST', '/git/refs', { ref: 'refs/heads/v1.4.0', sha: targetSha });
    expect(await the.ship(tagOperation())).toEqual(succeeded(false));
  });
});

describe('open_pr', () => {
  const open = (fields: Partial<SeedPull> = {}) =>
    hand.ask('POST', '/pulls', {
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
  it('a base that is gone is refused; one that has moved is too, unless it may', async () => {
    const base = { ref: 'gone', sha: targetSha };
    expect(await the.ship(pullOperation({ base }))).toEqual(failedWith('base_missing'));
    the.github.push('acme/widgets', 'main');
    const second = pullOperation({ operation_id: 'second' });
    expect(await the.ship(second)).toEqual(failedWith('base_moved'));
    expect((await the.seen()).pulls).toEqual([]);
    const third = pullOperation({ operation_id: 'third', base_may_move: true });
    expect(await the.ship(third)).toEqual(succeeded(false));
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
    await open({ head: 'mallory:release-1.4.0', body: appendMarker(operation.body, markerOf(operation)) });
    expect(await the.ship(operation)).toEqual(succeeded(false));
    expect((await the.seen()).pulls).toHaveLength(2);
  });
  it('ours is adopted; ours with another title is a conflict', async () => {
    const operation = pullOperation();
    await open({ body: appendMarker(operation.body, markerOf(operation)) });
    expect(await the.ship(operation)).toEqual(succeeded(true));
    const other = pullOperation({ operation_id: 'other', title: 'Another title' });
    expect(await the.ship(other)).toEqual(failedWith('pull_conflict'));
  });
  it('ours that somebody has closed meanwhile is still the one effect', async () => {
    const operation = pullOperation();
    const { number } = await open({ body: appendMarker(operation.body, markerOf(operation)) });
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
