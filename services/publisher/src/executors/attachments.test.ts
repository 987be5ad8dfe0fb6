import { writeFile } from 'node:fs/promises';
import type { FaultKind } from '@marketops/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachment, proofText, publishedId, publishedSeed, publishedTag } from '../testing/attachments.js';
import { failedWith, type OtherHand, otherHand, succeeded } from '../testing/other-hand.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';
import { isLeftByEarlier } from './attach-release-asset.js';

let the: SimulatedWorld;
let hand: OtherHand;
const open = async (...given: Parameters<typeof openSimulatedWorld>): Promise<void> => {
  the = await openSimulatedWorld(...given);
  hand = otherHand(the);
};
beforeEach(() => open(undefined, undefined, { seed: publishedSeed }));
afterEach(() => the.close());

const upload = { method: 'POST', path_pattern: 'name=proof.json' };
const shipOne = async () => the.ship(await attachment(the.blobs));
const writes = () => the.github.requests.entries.filter(({ method }) => method !== 'GET');

/** What lies in the release, by name: the text of what is whole. */
const assets = () =>
  the.github.state
    .releases('acme/widgets')
    .filter(({ id }) => id === publishedId)
    .flatMap((release) =>
      [...release.assets.values()].map(({ name, state, bytes }) => [
        name,
        state === 'uploaded' ? bytes.toString() : state,
      ]),
    );
const notes = ['notes.txt', 'notes'];
const attached = [notes, ['proof.json', proofText]];
const published = () => the.github.state.releases('acme/widgets')[0];

describe('an asset for a release that is published', () => {
  it('is added in the number of requests its docstring says, and nothing else is touched', async () => {
    expect(await shipOne()).toEqual(succeeded(false));
    expect(assets()).toEqual(attached);
    const { reads, writes: sent } = the.github.requests;
    expect([reads, sent]).toEqual([8, 1]);
  });

  it('tells the asset by its number and digest, and the release by its address', async () => {
    const operation = await attachment(the.blobs);
    expect(await the.ship(operation)).toMatchObject({
      audit: {
        operation_kind: 'attach_release_asset',
        result: {
          url: expect.stringMatching(/releases\/tag\/v1\.3\.0$/) as unknown,
          sha: operation.target_sha,
          assets: [{ name: 'proof.json', sha256: operation.asset.sha256 }],
        },
      },
    });
  });

  const places = [
    { method: 'GET', path_pattern: '/widgets$' },
    { method: 'GET', path_pattern: '/releases/\\d+$' },
    { method: 'GET', path_pattern: '/releases/\\d+/assets' },
    { method: 'GET', path_pattern: '/git/ref/tags' },
    upload,
  ];
  const kinds: readonly FaultKind[] = [
    'reset_before',
    'reset_after',
    'bad_gateway_before',
    'bad_gateway_after',
  ];
  it.each(places.flatMap((place) => kinds.map((kind) => ({ ...place, kind }))))(
    'X2: exactly one asset when $method $path_pattern meets $kind',
    async (fault) => {
      the.github.faults.arm(fault);
      const lost = fault.method === 'POST' && fault.kind.endsWith('_after');
      expect(await shipOne()).toEqual(succeeded(lost));
      expect(the.github.faults.armed[0]?.fired).toBe(1);
      expect(assets()).toEqual(attached);
    },
  );

  it.each(['rate_limited_403', 'secondary_429'] as const)(
    '%s pauses, spends no attempt, and is made good',
    async (kind) => {
      for (const place of places) the.github.faults.arm({ ...place, kind, retry_after_s: 2 });
      const receipt = await the.world.authorize(await attachment(the.blobs));
      expect(await the.drive(receipt, 1)).toMatchObject({ status: 'succeeded' });
      expect(assets()).toEqual(attached);
    },
  );

  it('X2: an upload whose answer and whose place in the list are both late: GitHub takes no second one, and it is adopted', async () => {
    the.github.faults.arm({ kind: 'stale_list', path_pattern: '/assets', lag_requests: 1 });
    the.github.faults.arm({ ...upload, kind: 'bad_gateway_after' });
    expect(await shipOne()).toMatchObject({ status: 'succeeded' });
    expect(assets()).toEqual(attached);
  });

  it('X2: an upload that breaks off is taken away, by the next attempt of the same execution, and sent again', async () => {
    the.github.faults.arm({ ...upload, kind: 'half_upload' });
    expect(await shipOne()).toEqual(succeeded(false));
    expect(assets()).toEqual(attached);
    expect(writes().map(({ method }) => method)).toEqual(['POST', 'DELETE', 'POST']);
  });

  it('bytes swapped after planning are never completed', async () => {
    const operation = await attachment(the.blobs);
    await writeFile(the.blobs.pathOf(`sha256:${operation.asset.sha256}`), proofText.toUpperCase());
    expect(await the.ship(operation)).toEqual(failedWith('conflict'));
    expect(assets()).toEqual([notes]);
  });
});

describe('what is there under the name', () => {
  it('the same bytes, by whatever hand: adopted, and nothing is sent', async () => {
    await hand.upload(publishedId, 'proof.json', proofText);
    const before = writes().length;
    expect(await shipOne()).toEqual(succeeded(true));
    expect(writes()).toHaveLength(before);
  });

  it('other bytes are a conflict, and stay', async () => {
    await hand.upload(publishedId, 'proof.json', 'something else');
    expect(await shipOne()).toEqual(failedWith('asset_conflict'));
    expect(assets()).toEqual([notes, ['proof.json', 'something else']]);
  });

  it('an upload that has not ended before ours began may be anybody’s: a conflict, and it stays', async () => {
    the.github.faults.arm({ ...upload, kind: 'half_upload' });
    await hand.upload(publishedId, 'proof.json', 'of somebody').catch(() => undefined);
    expect(await shipOne()).toEqual(failedWith('asset_conflict'));
    expect(assets()).toEqual([notes, ['proof.json', 'starter']]);
  });

  it('without a digest it cannot be told whether it is the same, so it is not adopted', async () => {
    await the.close();
    await open(
      undefined,
      (client) => ({
        ...client,
        async *listAssets(...asked) {
          for await (const asset of client.listAssets(...asked)) yield { ...asset, sha256: null };
        },
      }),
      { seed: publishedSeed },
    );
    await hand.upload(publishedId, 'proof.json', proofText);
    expect(await shipOne()).toEqual(failedWith('asset_conflict'));
    const other = await attachment(the.blobs);
    // What was just sent has been hashed on its way.
    const asset = { ...other.asset, name: 'another.json' };
    expect(await the.ship({ ...other, operation_id: 'another', asset })).toEqual(succeeded(false));
  });
});

describe('an upload that broke off is taken for one of ours', () => {
  const startedMs = Date.parse('2026-01-31T12:00:00Z');
  const starter = { state: 'starter', createdAt: '2026-01-31T12:00:10Z' } as const;
  it.each([
    ['where an earlier attempt of the execution may have left it', starter, startedMs, true],
    ['in no first attempt', starter, undefined, false],
    ['never where it is older', { ...starter, createdAt: '2026-01-31T11:59:00Z' }, startedMs, false],
    ['never where its age is not known', { ...starter, createdAt: null }, startedMs, false],
    ['never where it is complete', { ...starter, state: 'uploaded' }, startedMs, false],
  ] as const)('%s', (_when, asset, sinceMs, expected) => {
    expect(isLeftByEarlier(asset, sinceMs)).toBe(expected);
  });
});

describe('R1: the release that was authorized', () => {
  const change = (fields: object) => hand.ask('PATCH', `/releases/${publishedId}`, fields);
  it.each<[string, () => Promise<unknown>, string]>([
    ['deleted', () => hand.ask('DELETE', `/releases/${publishedId}`), 'release_changed'],
    [
      'deleted and made anew under its tag',
      async () => {
        await hand.ask('DELETE', `/releases/${publishedId}`);
        await hand.release({ tag_name: publishedTag });
      },
      'release_changed',
    ],
    ['a draft again', () => change({ draft: true }), 'release_changed'],
    ['under another tag', () => change({ tag_name: 'v9.9.9' }), 'release_changed'],
    ['without its tag', () => hand.ask('DELETE', `/git/refs/tags/${publishedTag}`), 'release_changed'],
    [
      'with its tag at another commit',
      async () => {
        await hand.ask('DELETE', `/git/refs/tags/${publishedTag}`);
        await hand.ask('POST', '/git/refs', { ref: `refs/tags/${publishedTag}`, sha: 'd'.repeat(40) });
      },
      'tag_elsewhere',
    ],
  ])('%s gets nothing', async (_how, happen, code) => {
    await happen();
    const before = writes().length;
    expect(await shipOne()).toEqual(failedWith(code));
    expect(writes()).toHaveLength(before);
  });

  it('immutable gets nothing, and what it has already is adopted', async () => {
    const release = published();
    if (release === undefined) throw new TypeError('there is no release');
    release.immutable = true;
    expect(await shipOne()).toEqual(failedWith('release_immutable'));
    expect(writes()).toHaveLength(0);
    const operation = await attachment(the.blobs, { operation_id: 'again' });
    const asset = { ...operation.asset, name: 'notes.txt', size_bytes: 5 };
    const sha256 = (await the.blobs.put('notes')).slice('sha256:'.length);
    expect(await the.ship({ ...operation, asset: { ...asset, sha256 } })).toEqual(succeeded(true));
  });
});

describe('O1: a freeze', () => {
  it('right before the upload stops it, and nothing is sent', async () => {
    await the.close();
    let frozen = false;
    await open(undefined, undefined, {
      seed: publishedSeed,
      faultPoints: {
        async reach(point) {
          if (point !== 'asset.upload.before' || frozen) return;
          frozen = true;
          await the.world.freeze('repository:acme/widgets');
        },
      },
    });
    const receipt = await the.world.authorize(await attachment(the.blobs));
    await expect(the.world.publisher.handle(the.world.jobFor(receipt))).rejects.toMatchObject({
      retry: 'hold',
    });
    expect(frozen).toBe(true);
    expect(assets()).toEqual([notes]);
  });
});
