import type { GitHubClient } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import { PublisherError } from '../errors.js';
import type { FaultPoint } from '../fault-points.js';
import { runId } from '../testing/gate-fixture.js';
import { pullOperation, releaseOperation } from '../testing/operations.js';
import { failedWith, markerOf, otherHand, succeeded } from '../testing/other-hand.js';
import { fullPull, pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld } from '../testing/simulated.js';

/** What other people do between a look and the write that follows it, and between two attempts. */
let the: SimulatedWorld;
afterEach(() => the.close());

/** A world in which something happens the first time that a point is reached. */
async function openWith(
  meanwhile: Partial<Record<FaultPoint, () => unknown>>,
  through?: (client: GitHubClient) => GitHubClient,
): Promise<void> {
  const done = new Set<FaultPoint>();
  the = await openSimulatedWorld(undefined, through, {
    seed: pullSeed,
    faultPoints: {
      async reach(point) {
        if (done.has(point)) return;
        done.add(point);
        await meanwhile[point]?.();
      },
    },
  });
}
const hand = () => otherHand(the);
const crash = (): never => {
  throw new PublisherError('unexpected', 'the process ends here', { retry: 'transient' });
};
const pulls = async () => (await the.seen()).pulls;
const says = (error_message: string): unknown => ({
  audit: { error_message: expect.stringContaining(error_message) as unknown },
});
const bare = { state: 'open', labels: [], requested_reviewers: [], requested_teams: [] };

describe('while assets are uploaded', () => {
  it('a tag made elsewhere is seen before anything is public', async () => {
    await openWith({ 'asset.upload.after': () => hand().tag('evil', 'v1.4.0', 'd'.repeat(40)) });
    expect(await the.ship(await releaseWithAssets(the.blobs))).toEqual(failedWith('tag_elsewhere'));
    expect((await the.seen()).releases).toMatchObject([{ draft: true }]);
  });

  it('R1: another repository under the name is seen before anything is public', async () => {
    let uploads = 0;
    await openWith({}, (client) => ({
      ...client,
      uploadAsset: async (...given) => {
        uploads += 1;
        return client.uploadAsset(...given);
      },
      getRepository: async (...given) => {
        const found = await client.getRepository(...given);
        return uploads === 0 ? found : { ...found, id: 4_712 };
      },
    }));
    expect(await the.ship(await releaseWithAssets(the.blobs))).toEqual(failedWith('repository_changed'));
    expect((await the.seen()).releases).toMatchObject([{ draft: true }]);
  });
});

describe('while a look-up reads the list of releases', () => {
  it('a tag made elsewhere is seen before anything is created', async () => {
    await openWith({}, (client) => ({
      ...client,
      async *listReleases(...given) {
        yield* client.listReleases(...given);
        await hand().tag('evil', 'v1.4.0', 'd'.repeat(40));
      },
    }));
    expect(await the.ship(releaseOperation())).toEqual(failedWith('tag_elsewhere'));
    expect((await the.seen()).releases).toEqual([]);
  });
});

describe('while a pull request is being opened', () => {
  it('a head that was pushed to gets no labels and no reviewers', async () => {
    await openWith({ 'pull.create.before': () => the.github.push('acme/widgets', 'release-1.4.0') });
    const outcome = await the.ship(fullPull());
    expect(outcome).toEqual(failedWith('head_moved'));
    expect(outcome).toMatchObject(says('Pull request #1 is open.') as object);
    expect(await pulls()).toMatchObject([bare]);
  });

  it.each([
    ['pull.create.after', bare],
    ['pull.label.after', { requested_reviewers: [], requested_teams: [] }],
  ] as const)('a head that is pushed to at %s gets nothing more', async (point, seen) => {
    await openWith({ [point]: () => the.github.push('acme/widgets', 'release-1.4.0') });
    expect(await the.ship(fullPull())).toEqual(failedWith('head_moved'));
    expect(await pulls()).toMatchObject([seen]);
  });

  it('a base that moved is seen in the answer, unless it may move', async () => {
    await openWith({ 'pull.create.before': () => the.github.push('acme/widgets', 'main') });
    const outcome = await the.ship(fullPull());
    expect(outcome).toEqual(failedWith('base_moved'));
    expect(outcome).toMatchObject(says('Pull request #1 is open.') as object);
    expect(await pulls()).toMatchObject([bare]);
    await the.close();
    await openWith({ 'pull.create.before': () => the.github.push('acme/widgets', 'main') });
    expect(await the.ship(fullPull({ base_may_move: true }))).toEqual(succeeded(false));
  });

  it('a label that is deleted is not made anew', async () => {
    await openWith({
      'pull.create.after': () => the.github.state.repository('acme/widgets').labels.delete('release'),
    });
    expect(await the.ship(fullPull())).toEqual(failedWith('pull_unfinished'));
    expect(the.github.state.repository('acme/widgets').labels.has('release')).toBe(false);
  });

  it('one that somebody merges gets nothing more, and is the one effect', async () => {
    await openWith({ 'pull.create.after': () => the.github.merge('acme/widgets', 1) });
    expect(await the.ship(fullPull())).toEqual(succeeded(false));
    expect(await pulls()).toMatchObject([{ ...bare, state: 'closed' }]);
  });
});

describe('between two attempts at a pull request', () => {
  it('X2: one that somebody points at another base is a conflict, and no reason to open a second', async () => {
    await openWith({
      'pull.create.after': async () => {
        await hand().ask('POST', '/git/refs', { ref: 'refs/heads/develop', sha: 'c'.repeat(40) });
        await hand().ask('PATCH', '/pulls/1', { base: 'develop' });
        crash();
      },
    });
    expect(await the.ship(pullOperation())).toEqual(failedWith('pull_conflict'));
    expect(await pulls()).toMatchObject([{ number: 1, base: { ref: 'develop' } }]);
  });

  it('another hand’s of the same head and another base is none of ours', async () => {
    await openWith({});
    await hand().ask('POST', '/git/refs', { ref: 'refs/heads/develop', sha: 'c'.repeat(40) });
    const fields = { title: 'x', head: 'acme:release-1.4.0', base: 'develop' };
    await hand().ask('POST', '/pulls', fields);
    expect(await the.ship(pullOperation())).toEqual(succeeded(false));
    expect(await pulls()).toHaveLength(2);
  });

  it.each([
    ['a stranger', 'stranger', ['docs']],
    ['its author', 'marketops-bot', ['docs']],
    ['somebody with access, who may be of the team', 'grace', []],
  ])('a review by %s: the team is asked accordingly', async (_who, login, teams) => {
    await openWith({
      'pull.create.after': () => {
        const reviewer = login === 'marketops-bot' ? the.github.state.bot.login : login;
        the.github.review('acme/widgets', 1, { login: reviewer, state: 'COMMENTED' });
        crash();
      },
    });
    expect(await the.ship(fullPull({ labels: [], reviewers: [] }))).toMatchObject({ status: 'succeeded' });
    expect(await pulls()).toMatchObject([{ requested_teams: teams }]);
  });

  it('one that somebody closes before it is whole has not succeeded, and says what it lacks', async () => {
    await openWith({
      'pull.create.after': async () => {
        await hand().ask('PATCH', '/pulls/1', { state: 'closed' });
        crash();
      },
    });
    const outcome = await the.ship(fullPull());
    expect(outcome).toEqual(failedWith('pull_unfinished'));
    expect(outcome).toMatchObject(says('Pull request #1 is closed') as object);
    expect(await pulls()).toMatchObject([{ ...bare, state: 'closed' }]);
  });
});

describe('between two attempts at a release', () => {
  it.each([true, false])(
    'X2: a copy of its marker in a newer one (draft: %s) does not hide it: ours is adopted',
    async (draft) => {
      const operation = releaseOperation();
      await openWith({
        'release.create.after': async () => {
          const body = `copied\n\n${markerOf(operation)}`;
          await hand().release({ tag_name: 'v6.6.6', name: 'x', body, draft });
          crash();
        },
      });
      expect(await the.ship(operation)).toEqual(succeeded(true));
      expect((await the.seen()).releases).toHaveLength(2);
    },
  );

  it('a server without digests is compared by names and sizes, then as before it was published', async () => {
    await openWith({ 'release.publish.after': crash }, (client) => ({
      ...client,
      async *listAssets(...given) {
        for await (const asset of client.listAssets(...given)) yield { ...asset, sha256: null };
      },
      uploadAsset: async (...given) => ({ ...(await client.uploadAsset(...given)), sha256: null }),
    }));
    expect(await the.ship(await releaseWithAssets(the.blobs))).toEqual(succeeded(true));
    expect((await the.seen()).releases).toMatchObject([{ draft: false }]);
  });
});

describe('X3: what GitHub says of itself', () => {
  it('and cannot be written down ends the operation as uncertain, once', async () => {
    await openWith({}, (client) => ({
      ...client,
      getRelease: async (...given) => {
        const found = await client.getRelease(...given);
        return found && { ...found, htmlUrl: 'https://x.test/\ud800' };
      },
    }));
    expect(await the.ship(releaseOperation())).toMatchObject({
      status: 'uncertain',
      audit: { error_code: 'outcome_unwritable', result: null },
    });
    const types = await the.world.types('release');
    expect(types.filter((type) => type === 'operation.uncertain')).toHaveLength(1);
    expect((await the.seen()).releases).toHaveLength(1);
  });

  it('reaches no message that it could forge', async () => {
    await openWith({}, (client) => ({
      ...client,
      getLatestRelease: async (...given) => {
        const found = await client.getLatestRelease(...given);
        const tagName = 'v\u202e\u001b[31m\n\ud800';
        return found && { ...found, id: 999, tagName, publishedAt: '2000-01-01T00:00:00Z' };
      },
    }));
    await the.ship(releaseOperation());
    const messages = (await the.world.events(`op/${runId}/release`)).flatMap(({ data }) =>
      'error_message' in data ? [data.error_message] : [],
    );
    expect(messages[0]).toContain('is not the latest, v [31m \ufffd is.');
  });
});
