import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishedSeed } from '../testing/attachments.js';
import { tagOperation, targetSha } from '../testing/operations.js';
import { failedWith } from '../testing/other-hand.js';
import { passes, passNames } from '../testing/passes.js';
import { pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';

/** Once a repository was renamed its old name answers with a redirect; a token goes nowhere it was not sent. */
const seed = { ...pullSeed, ...publishedSeed };
let the: SimulatedWorld;
beforeEach(async () => {
  the = await openSimulatedWorld(undefined, undefined, { seed });
});
afterEach(() => the.close());

const branches = [
  { name: 'main', commits: ['one', { message: 'two', sha: targetSha }] },
  { name: 'release-1.4.0', from: 'main', commits: [{ message: 'three', sha: 'd'.repeat(40) }] },
];

/** What has happened to the repository since the plan was made, and what is said to it. */
const moves: Readonly<Record<string, { happen: () => void; code: string }>> = {
  renamed: {
    happen: () => void the.github.state.rename('acme/widgets', { name: 'gadgets' }),
    code: 'redirected',
  },
  transferred: {
    happen: () => void the.github.state.rename('acme/widgets', { owner: 'globex' }),
    code: 'redirected',
  },
  'transferred, and its name taken': {
    happen: () => {
      the.github.state.rename('acme/widgets', { owner: 'globex' });
      the.github.seed({ owner: 'acme', name: 'widgets', ...seed, branches });
    },
    code: 'repository_changed',
  },
  deleted: { happen: () => the.github.state.delete('acme/widgets'), code: 'not_found' },
  'deleted and made anew': {
    happen: () => {
      the.github.state.delete('acme/widgets');
      the.github.seed({ owner: 'acme', name: 'widgets', ...seed, branches });
    },
    code: 'repository_changed',
  },
  archived: {
    happen: () => {
      the.github.state.repository('acme/widgets').archived = true;
    },
    code: 'repository_archived',
  },
};

/** Everything in a repository that an operation could have made. */
function what(fullName: string) {
  const { releases, pulls, refs } = the.github.state.repository(fullName);
  const assets = [...releases.values()].map((release) => [release.tagName, ...release.assets.keys()]);
  return { assets, pulls: pulls.size, refs: [...refs] };
}

describe.each(passNames)('R1: %s', (name) => {
  it.each(Object.keys(moves))(
    'in a repository that was %s is refused, and nothing is written',
    async (move) => {
      const operation = await passes[name].operation(the.blobs);
      moves[move]?.happen();
      expect(await the.ship(operation)).toEqual(failedWith(moves[move]?.code ?? ''));
      expect(the.github.requests.writes).toBe(0);
    },
  );

  it('in a repository renamed between its look-up and its first write: that write is redirected, and not followed', async () => {
    await the.close();
    the = await openSimulatedWorld(undefined, undefined, {
      seed,
      faultPoints: {
        reach: (point) => {
          if (point !== 'write.cleared') return;
          if (the.github.state.find('acme/widgets') !== undefined)
            the.github.state.rename('acme/widgets', { name: 'gadgets' });
        },
      },
    });
    const before = what('acme/widgets');
    expect(await the.ship(await passes[name].operation(the.blobs))).toEqual(failedWith('redirected'));
    expect(what('acme/gadgets')).toEqual(before);
  });
});

describe('X3: a redirect to another origin', () => {
  it.each([
    ['GET', '/git/ref/tags'],
    ['POST', '/git/tags$'],
    ['POST', '/git/refs$'],
  ])('of a %s is not followed, and no token goes there', async (method, path_pattern) => {
    const elsewhere = await openSimulatedWorld();
    try {
      const location = `${elsewhere.github.url}/repos/acme/widgets/git/tags`;
      the.github.faults.arm({ kind: 'redirect_307', method, path_pattern, location });
      expect(await the.ship(tagOperation())).toEqual(failedWith('redirected'));
      expect(elsewhere.github.requests.reads + elsewhere.github.requests.writes).toBe(0);
    } finally {
      await elsewhere.close();
    }
  });
});
