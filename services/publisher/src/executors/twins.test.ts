import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../fault-points.js';
import { publishedId, publishedSeed } from '../testing/attachments.js';
import { targetSha } from '../testing/operations.js';
import { passes, passNames } from '../testing/passes.js';
import { pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';

let the: SimulatedWorld;
/** What the first publisher does at the point it has come to, counted from 0. */
let at: (index: number, point: FaultPoint) => Promise<void> | void;
beforeEach(async () => {
  let index = 0;
  at = () => undefined;
  the = await openSimulatedWorld(undefined, undefined, {
    seed: { ...pullSeed, ...publishedSeed },
    faultPoints: {
      reach(point) {
        index += 1;
        return at(index - 1, point);
      },
    },
  });
});
afterEach(() => the.close());

/** How often each thing of ours is there, and whether it is whole. */
async function effects() {
  const { releases, refs, pulls } = await the.seen();
  const ours = (body: string | null): boolean => /<!-- marketops:/.test(body ?? '');
  return {
    releases: releases
      .filter(({ body }) => ours(body))
      .map(({ draft, assets, immutable: _, ...rest }) => ({
        tag: rest.tag_name,
        draft,
        assets: assets.length,
      })),
    tag: refs['refs/tags/v1.4.0'] !== undefined,
    pulls: pulls
      .filter(({ body }) => ours(body))
      .map(({ labels, requested_reviewers, requested_teams }) => [
        ...[...labels].sort(),
        ...requested_reviewers,
        ...requested_teams,
      ]),
    attached: releases
      .filter(({ id }) => id === publishedId)
      .flatMap(({ assets }) => assets.map(({ name }) => name)),
  };
}

const attached = ['notes.txt'];
const release = { tag: 'v1.4.0', draft: false, assets: 0 };
const expected: Readonly<Record<(typeof passNames)[number], Awaited<ReturnType<typeof effects>>>> = {
  'a release with assets': { releases: [{ ...release, assets: 2 }], tag: true, pulls: [], attached },
  'a release without assets': { releases: [release], tag: true, pulls: [], attached },
  'a draft': { releases: [{ ...release, draft: true, assets: 2 }], tag: false, pulls: [], attached },
  'a tag': { releases: [], tag: true, pulls: [], attached },
  'a pull request': {
    ...{ releases: [], tag: false, attached },
    pulls: [['announcement', 'release', 'ada', 'docs']],
  },
  'an asset': { releases: [], tag: false, pulls: [], attached: ['notes.txt', 'proof.json'] },
};

describe.each(passNames)('X2: %s', (name) => {
  const { operation, points } = passes[name];
  const places = points.map((point, index) => ({ point, index }));

  it.each(places)(
    'one effect when its process stands still at $point ($index), and goes on when another has done it',
    async ({ point, index }) => {
      let goOn: () => void = () => undefined;
      const resumed = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const stands = new Promise<FaultPoint>((resolve) => {
        at = (reached, where) => {
          if (reached < index) return undefined;
          // A process that stands still renews no lease either: whatever else it comes to waits as well.
          resolve(where);
          return resumed;
        };
      });
      const receipt = await the.world.authorize(await operation(the.blobs));
      const first = the.world.publisher.handle(the.world.jobFor(receipt));
      expect(await stands).toBe(point);
      // Whether it has ended there or only stands still, the other cannot know.
      the.world.clock.step(60_000);
      const second = await the.world.anotherPublisher().handle(the.world.jobFor(receipt, { attempt: 2 }));
      expect(second.status).toBe(
        point.startsWith('outcome.') && point !== 'outcome.before_append' ? 'answered' : 'succeeded',
      );
      expect(await effects()).toEqual(expected[name]);
      goOn();
      await Promise.allSettled([first]);
      expect(await effects()).toEqual(expected[name]);
      const types = await the.world.types(receipt.operation_id);
      expect(types.filter((type) => type === 'operation.succeeded')).toHaveLength(1);
      if (name === 'a tag') expect((await the.seen()).refs['refs/tags/v1.4.0']).not.toBe(targetSha);
    },
  );
});
