import { type Operation, operationStream } from '@marketops/contracts';
import { createGitHubClient } from '@marketops/github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachment, proofText, publishedSeed } from '../testing/attachments.js';
import { runId } from '../testing/gate-fixture.js';
import { markerOf, type OtherHand, otherHand } from '../testing/other-hand.js';
import { openTestReconciler, type TestReconciler } from '../testing/reconciler.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld, token } from '../testing/simulated.js';
import { useRedis } from '../testing/use-redis.js';
import { observe } from './observation.js';
import { attachmentsTo } from './tag-makers.js';

const used = useRedis();
let the: SimulatedWorld;
let reconciler: TestReconciler;
let hand: OtherHand;
beforeEach(async () => {
  the = await openSimulatedWorld(undefined, undefined, { seed: publishedSeed });
  reconciler = openTestReconciler(the, used.admin);
  hand = otherHand(the);
});
afterEach(() => the.close());

const told = async ({ operation_id: id }: Operation) =>
  (await the.world.events(operationStream(runId, id))).flatMap((event): readonly unknown[] =>
    event.type === 'effect.drifted' ? [{ drift: event.data.drift, differs: event.data.differs }] : [],
  );
const releaseOf = async (tag: string) =>
  (await the.seen()).releases.find(({ tag_name: name }) => name === tag);

describe('an asset that was attached', () => {
  it('given it stands as it was made, then nothing is told of it', async () => {
    const operation = await attachment(the.blobs);
    await reconciler.ship(operation);
    await reconciler.pass();
    expect(await told(operation)).toEqual([]);
  });

  const replaced = async (id: number, asset: number): Promise<void> => {
    await hand.ask('DELETE', `/releases/assets/${asset}`);
    await hand.upload(id, 'proof.json', proofText.toUpperCase());
  };
  it.each<[string, (id: number, asset: number) => Promise<unknown>, unknown]>([
    [
      'deleted',
      (_, asset) => hand.ask('DELETE', `/releases/assets/${asset}`),
      { drift: 'deleted', differs: [] },
    ],
    [
      'deleted with its release',
      (id) => hand.ask('DELETE', `/releases/${id}`),
      { drift: 'deleted', differs: [] },
    ],
    ['replaced', replaced, { drift: 'edited', differs: ['asset'] }],
    [
      'hidden in a draft',
      (id) => hand.ask('PATCH', `/releases/${id}`, { draft: true }),
      { drift: 'edited', differs: ['draft'] },
    ],
  ])('given it was %s, then that is told', async (_how, happen, expected) => {
    const operation = await attachment(the.blobs);
    await reconciler.ship(operation);
    const release = await releaseOf(operation.tag_name);
    const made = release?.assets.find(({ name }) => name === 'proof.json');
    await happen(Number(release?.id), Number(made?.id));
    await reconciler.pass();
    expect(await told(operation)).toEqual([expected]);
  });
});

describe('a release of ours to which we attached something', () => {
  it('given nobody else did, then it has not drifted; given somebody did, then it has', async () => {
    const release = await releaseWithAssets(the.blobs);
    await reconciler.ship(release);
    const made = await releaseOf(release.tag_name);
    const { tag_name, target_sha } = release;
    const operation = await attachment(the.blobs, { tag_name, target_sha, release_id: Number(made?.id) });
    await reconciler.ship(operation);
    await reconciler.pass();
    expect([await told(release), await told(operation)]).toEqual([[], []]);
    await hand.upload(Number(made?.id), 'stranger.txt', 'x');
    await reconciler.pass();
    expect(await told(release)).toEqual([{ drift: 'edited', differs: ['assets'] }]);
  });

  it('given hints may be missing, then nobody can tell what was added, and nothing is said', async () => {
    const release = await releaseWithAssets(the.blobs);
    await reconciler.ship(release);
    const made = await releaseOf(release.tag_name);
    await hand.upload(Number(made?.id), 'of-whomever.txt', 'x');
    const missing = { hints: reconciler.hints, hintsAreWhole: false };
    const asked = attachmentsTo(
      undefined as never,
      missing,
      release.repository.id,
      release.tag_name,
      String(made?.id),
    );
    expect(await asked).toBeUndefined();
    const reads = createGitHubClient({ apiUrl: the.github.url, token, userAgent: 'test' });
    const result = { remote_id: String(made?.id), url: '', adopted: false, sha: null, assets: [] };
    const seen = await observe({
      ...{ reads, at: { owner: 'acme', name: 'widgets' }, result },
      order: { operation: release, marker: markerOf(release) },
      attachedTo: () => asked,
    });
    expect(seen?.differs).toEqual([]);
  });
});
