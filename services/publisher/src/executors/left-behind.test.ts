import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releaseOperation, tagOperation } from '../testing/operations.js';
import { failedWith, type OtherHand, otherHand, ours, succeeded } from '../testing/other-hand.js';
import { fullPull, pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld } from '../testing/simulated.js';

/** What earlier attempts, other people and GitHub itself leave behind, and what is made of it. */
let the: SimulatedWorld;
let hand: OtherHand;
/** Does something at the first time a point is reached. */
let once: { readonly point: string; readonly happen: () => Promise<unknown> | undefined } | undefined;
beforeEach(async () => {
  once = undefined;
  the = await openSimulatedWorld(undefined, undefined, {
    seed: pullSeed,
    faultPoints: {
      async reach(point) {
        if (once?.point !== point) return;
        const { happen } = once;
        once = undefined;
        await happen();
      },
    },
  });
  hand = otherHand(the);
});
afterEach(() => the.close());

const releases = async () => (await the.seen()).releases;

describe('a draft of ours', () => {
  it('among 300 drafts, on the last page, is found and finished; no second one is made', async () => {
    const operation = await releaseWithAssets(the.blobs);
    const { id } = await hand.release({ draft: true, body: ours(operation.body, operation) });
    for (let at = 0; at < 300; at += 1)
      await hand.release({ draft: true, tag_name: `v0.${at}`, body: operation.body });
    expect(await the.ship(operation)).toEqual(succeeded(false));
    expect(the.github.requests.entries.filter(({ path }) => /[?&]page=\d/.test(path)).length).toBeGreaterThan(
      2,
    );
    const published = (await releases()).filter(({ draft }) => !draft);
    expect(published).toMatchObject([{ id, tag_name: 'v1.4.0' }]);
    expect(await releases()).toHaveLength(301);
  });

  it('whose asset was half uploaded: what broke off is replaced', async () => {
    const operation = await releaseWithAssets(the.blobs);
    the.github.faults.arm({ kind: 'half_upload', path_pattern: 'name=SHA256SUMS' });
    expect(await the.ship(operation)).toEqual(succeeded(false));
    const [only, ...others] = await releases();
    expect(others).toEqual([]);
    expect(only?.assets.map(({ name, sha256 }) => [name, sha256]).sort()).toEqual(
      operation.assets.map(({ name, sha256 }) => [name, sha256]).sort(),
    );
  });

  it('whose making a list is late to show: found when it does, within the time that is waited', async () => {
    const operation = await releaseWithAssets(the.blobs);
    // The answer is lost, and the list shows what was before for one more look.
    the.github.faults.arm({ kind: 'stale_list', path_pattern: '/releases\\?', lag_requests: 1 });
    the.github.faults.arm({ kind: 'bad_gateway_after', method: 'POST', path_pattern: '/releases$' });
    const result = await the.ship(operation);
    expect(result).toMatchObject({ status: 'succeeded' });
    expect(the.github.faults.armed[0]?.fired).toBeGreaterThan(0);
    expect((await releases()).filter(({ draft }) => !draft)).toHaveLength(1);
  });
});

describe('lists that are late', () => {
  it.each(['a release', 'a tag', 'a pull request'] as const)(
    '%s of ours that a list does not show: GitHub refuses a second one, and the first is adopted',
    async (what) => {
      const operation = { 'a release': releaseOperation, 'a tag': tagOperation, 'a pull request': fullPull }[
        what
      ]();
      the.github.faults.arm({ kind: 'stale_list', lag_requests: 3 });
      const create = { 'a release': '/releases$', 'a tag': '/git/refs$', 'a pull request': '/pulls$' }[what];
      the.github.faults.arm({ kind: 'bad_gateway_after', method: 'POST', path_pattern: create });
      expect(await the.ship(operation)).toMatchObject({ status: 'succeeded' });
      const stale = the.github.faults.armed.find(({ fault }) => fault.kind === 'stale_list');
      if (what !== 'a tag') expect(stale?.fired).toBeGreaterThan(0);
      the.github.faults.clear();
      const { pulls, refs } = await the.seen();
      expect([(await releases()).length, pulls.length]).toEqual([
        what === 'a release' ? 1 : 0,
        what === 'a pull request' ? 1 : 0,
      ]);
      if (what === 'a tag') expect(Object.keys(refs)).toContain('refs/tags/v1.4.0');
    },
  );
});

describe('a marker', () => {
  const foreign = '<!-- marketops:00000000000000000000000000 -->';

  it('that somebody made up is nobody’s: the release is a conflict', async () => {
    await hand.release({ body: `What is new.\n\n${foreign}` });
    expect(await the.ship(releaseOperation())).toEqual(failedWith('release_conflict'));
    expect(await releases()).toHaveLength(1);
  });

  it('of ours that somebody copied into a release of another tag is a conflict too', async () => {
    const operation = releaseOperation();
    await hand.release({ tag_name: 'v6.6.6', body: ours(operation.body, operation) });
    expect(await the.ship(operation)).toEqual(failedWith('release_conflict'));
    expect(await releases()).toHaveLength(1);
  });

  it('of another operation of ours is no more ours than anybody’s', async () => {
    const other = releaseOperation({ operation_id: 'another' });
    await hand.release({ body: ours(other.body, other) });
    expect(await the.ship(releaseOperation())).toEqual(failedWith('release_conflict'));
  });

  it('that somebody made up on a tag, and on a pull request', async () => {
    await hand.tag(`Widgets 1.4.0\n\n${foreign}`);
    expect(await the.ship(tagOperation())).toEqual(failedWith('tag_conflict'));
    const body = `See the release.\n\n${foreign}`;
    await hand.ask('POST', '/pulls', { title: 'x', head: 'release-1.4.0', base: 'main', body });
    expect(await the.ship(fullPull())).toEqual(failedWith('pull_conflict'));
    expect((await the.seen()).pulls).toHaveLength(1);
  });
});

describe('an asset', () => {
  it('swapped on disk before its upload is never completed', async () => {
    const operation = await releaseWithAssets(the.blobs);
    once = {
      point: 'asset.upload.before',
      happen: () =>
        writeFile(the.blobs.pathOf(`sha256:${operation.assets[0]?.sha256 ?? ''}`), 'not really a TARBALL'),
    };
    expect(await the.ship(operation)).toEqual(failedWith('conflict'));
    expect(await releases()).toMatchObject([{ draft: true, assets: [] }]);
  });

  it('that is gone from the disk stops it, and nothing is public', async () => {
    const operation = await releaseWithAssets(the.blobs);
    await rm(the.blobs.pathOf(`sha256:${operation.assets[1]?.sha256 ?? ''}`));
    expect(await the.ship(operation)).toMatchObject({ status: 'failed' });
    expect((await releases()).filter(({ draft }) => !draft)).toEqual([]);
  });

  it('swapped at GitHub after its upload is seen before anything is public', async () => {
    const operation = await releaseWithAssets(the.blobs);
    let uploads = 0;
    await the.close();
    the = await openSimulatedWorld(undefined, (github) => ({
      ...github,
      uploadAsset: async (...given) => {
        const stored = await github.uploadAsset(...given);
        uploads += 1;
        if (uploads < 2) return stored;
        const [, releaseId] = given;
        await github.deleteAsset(given[0], stored.id);
        await otherHand(the).upload(releaseId, stored.name, 'evil');
        return stored;
      },
    }));
    await releaseWithAssets(the.blobs);
    expect(await the.ship(operation)).toEqual(failedWith('release_conflict'));
    expect(await releases()).toMatchObject([{ draft: true }]);
  });

  it('swapped at GitHub after it was published is seen too, and said', async () => {
    const operation = await releaseWithAssets(the.blobs);
    once = {
      point: 'release.publish.after',
      async happen() {
        const [release] = await releases();
        const asset = release?.assets[0];
        await hand.ask('DELETE', `/releases/assets/${asset?.id}`);
        await hand.upload(release?.id ?? 0, asset?.name ?? '', 'evil');
      },
    };
    expect(await the.ship(operation)).toEqual(failedWith('release_conflict'));
  });
});

describe('a tag that moved', () => {
  it('between the look-up and the release is seen: what was published names another commit', async () => {
    once = {
      point: 'release.create.before',
      happen: () => hand.ask('POST', '/git/refs', { ref: 'refs/tags/v1.4.0', sha: 'd'.repeat(40) }),
    };
    expect(await the.ship(releaseOperation())).toEqual(failedWith('tag_elsewhere'));
  });

  it('under a release of ours is a conflict, not an adoption', async () => {
    const operation = releaseOperation();
    await hand.release({ body: ours(operation.body, operation) });
    the.github.state.repository('acme/widgets').refs.set('refs/tags/v1.4.0', 'd'.repeat(40));
    expect(await the.ship(operation)).toEqual(failedWith('tag_elsewhere'));
    expect(await releases()).toHaveLength(1);
  });
});

describe('the latest release', () => {
  it('is ours when that was authorized; one that is older in its place is not accepted', async () => {
    const older = await hand.release({ tag_name: 'v1.3.0' });
    const operation = releaseOperation();
    expect(await the.ship(operation)).toEqual(succeeded(false));
    const state = the.github.state.repository('acme/widgets');
    expect(state.latestReleaseId).not.toBe(older.id);
    const before = state.releases.get(older.id);
    if (before !== undefined) before.publishedAt = '2020-01-01T00:00:00Z';
    const second = releaseOperation({ operation_id: 'second', tag_name: 'v1.5.0' });
    const receipt = await the.world.authorize(second);
    once = {
      point: 'verify.before',
      happen: () => {
        state.latestReleaseId = older.id;
        return undefined;
      },
    };
    await expect(the.world.publisher.handle(the.world.jobFor(receipt))).rejects.toMatchObject({
      code: 'verification_failed',
      retry: 'transient',
    });
    await hand.release({ tag_name: 'v1.6.0', name: 'later' });
    expect(await the.drive(receipt)).toEqual(succeeded(true));
  });
});

describe('immutable releases', () => {
  const immutable = () => {
    the.github.state.repository('acme/widgets').immutableReleases = true;
  };

  it('are published whole, and the result says that nobody can change them', async () => {
    immutable();
    const operation = await releaseWithAssets(the.blobs);
    expect(await the.ship(operation)).toMatchObject({ audit: { result: { immutable: true } } });
  });

  it('of another hand are a conflict that says so', async () => {
    immutable();
    await hand.release({});
    const outcome = await the.ship(releaseOperation());
    expect(outcome).toEqual(failedWith('release_conflict'));
    expect(outcome).toMatchObject({
      audit: { error_message: expect.stringContaining('published, immutable') as unknown },
    });
  });

  it('use their tag’s name up: a release of it is refused after they are gone', async () => {
    immutable();
    const { id } = await hand.release({});
    await hand.ask('DELETE', `/releases/${id}`);
    await hand.ask('DELETE', '/git/refs/tags/v1.4.0');
    expect(await the.ship(releaseOperation())).toEqual(failedWith('tag_name_used_up'));
    expect(await releases()).toEqual([]);
    expect((await the.seen()).refs['refs/tags/v1.4.0']).toBeUndefined();
  });
});
