import type { FaultKind } from '@marketops/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pullOperation, releaseOperation, tagOperation, targetSha } from '../testing/operations.js';
import { fullPull, pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld } from '../testing/simulated.js';

let the: SimulatedWorld;
beforeEach(async () => {
  the = await openSimulatedWorld(undefined, undefined, { seed: pullSeed });
});
afterEach(() => the.close());

/** Where a request may go wrong: method and a pattern over path and query. */
interface Place {
  readonly method: string;
  readonly path_pattern: string;
}
const place = (method: string, path_pattern: string): Place => ({ method, path_pattern });

const kinds = {
  'a release with assets': {
    operation: () => releaseWithAssets(the.blobs),
    requests: 14,
    places: [
      place('GET', '/widgets$'),
      place('GET', '/git/ref/tags'),
      place('GET', '/releases\\?'),
      place('POST', '/releases$'),
      place('POST', 'name=widgets-1.4.0.tgz'),
      place('POST', 'name=SHA256SUMS'),
      place('PATCH', '/releases/\\d+$'),
      place('GET', '/releases/\\d+$'),
      place('GET', '/releases/\\d+/assets'),
      place('GET', '/releases/latest'),
    ],
  },
  'a release without assets': {
    operation: () => Promise.resolve(releaseOperation()),
    requests: 7,
    places: [place('POST', '/releases$'), place('GET', '/releases/\\d+$'), place('GET', '/latest$')],
  },
  'a draft': {
    operation: () => releaseWithAssets(the.blobs, { draft: true }),
    requests: 8,
    places: [place('POST', '/releases$'), place('POST', 'name=SHA256SUMS'), place('GET', '/releases/\\d+$')],
  },
  'a tag': {
    operation: () => Promise.resolve(tagOperation()),
    requests: 6,
    places: [place('POST', '/git/tags$'), place('POST', '/git/refs$'), place('GET', '/git/tags/')],
  },
  'a pull request': {
    operation: () => Promise.resolve(pullOperation()),
    requests: 6,
    places: [
      place('GET', '/branches/main'),
      place('GET', '/pulls\\?'),
      place('POST', '/pulls$'),
      place('GET', '/pulls/1$'),
    ],
  },
  'a pull request with everything': {
    operation: () => Promise.resolve(fullPull()),
    requests: 15,
    places: [
      place('GET', '/labels/release'),
      place('GET', '/collaborators/ada'),
      place('POST', '/pulls$'),
      place('POST', '/issues/1/labels'),
      place('POST', '/requested_reviewers$'),
      place('GET', '/pulls/1$'),
    ],
  },
} as const;

/** Exactly one effect, and it equals what was authorized. */
async function expectOneEffect(kind: keyof typeof kinds): Promise<void> {
  const seen = await the.seen();
  const operation = await kinds[kind].operation();
  switch (operation.kind) {
    case 'publish_release': {
      expect(seen.releases).toMatchObject([
        {
          ...{ tag_name: 'v1.4.0', name: operation.release_name, draft: operation.draft, prerelease: false },
          body: expect.stringMatching(/^What is new\.\n\n<!-- marketops:[0-9a-z]{26} -->$/) as unknown,
          assets: operation.assets.map(({ name, sha256 }) => ({ name, sha256 })),
        },
      ]);
      expect(seen.refs['refs/tags/v1.4.0']).toBe(operation.draft ? undefined : targetSha);
      break;
    }
    case 'tag_repo': {
      const ref = seen.refs['refs/tags/v1.4.0'];
      const object = seen.tag_objects.find(({ sha }) => sha === ref);
      expect(object).toMatchObject({ tag: 'v1.4.0', target: { sha: targetSha, type: 'commit' } });
      expect(object?.message).toMatch(/^Widgets 1\.4\.0\n\n<!-- marketops:/);
      break;
    }
    case 'open_pr':
      expect(seen.pulls).toMatchObject([
        {
          title: operation.title,
          state: 'open',
          draft: false,
          head: { sha: operation.head.sha },
          base: { ref: 'main' },
          labels: operation.labels,
          requested_reviewers: operation.reviewers,
          requested_teams: operation.team_reviewers,
        },
      ]);
  }
}

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s', (kind) => {
  it('is made in the number of requests its docstring says', async () => {
    const operation = await kinds[kind].operation();
    expect(await the.ship(operation)).toMatchObject({
      status: 'succeeded',
      audit: { result: { adopted: false } },
    });
    await expectOneEffect(kind);
    const { reads, writes } = the.github.requests;
    expect(reads + writes).toBe(kinds[kind].requests);
  });

  const kindsOfFault: readonly FaultKind[] = [
    'reset_before',
    'reset_after',
    'bad_gateway_before',
    'bad_gateway_after',
  ];
  const cases = kinds[kind].places.flatMap((where) =>
    kindsOfFault.map((fault) => ({ ...where, kind: fault })),
  );
  it.each(cases)('X2: exactly one effect when $method $path_pattern meets $kind', async (fault) => {
    the.github.faults.arm(fault);
    expect(await the.ship(await kinds[kind].operation())).toMatchObject({ status: 'succeeded' });
    expect(the.github.faults.armed[0]?.fired).toBe(1);
    await expectOneEffect(kind);
  });

  it.each(['rate_limited_403', 'secondary_429'] as const)(
    '%s pauses, spends no attempt, and is made good',
    async (limit) => {
      for (const where of kinds[kind].places)
        the.github.faults.arm({ ...where, kind: limit, retry_after_s: 2 });
      const receipt = await the.world.authorize(await kinds[kind].operation());
      expect(await the.drive(receipt, 1)).toMatchObject({ status: 'succeeded' });
      await expectOneEffect(kind);
    },
  );

  it('a redirect is terminal: nothing follows it', async () => {
    const first = kinds[kind].places.find(({ method }) => method === 'POST');
    the.github.faults.arm({ ...(first ?? {}), kind: 'redirect_307' });
    expect(await the.ship(await kinds[kind].operation())).toMatchObject({
      status: 'failed',
      audit: { error_code: 'redirected', result: null },
    });
  });

  it('a lost receipt of every write, one after the other, is still one effect', async () => {
    for (const where of kinds[kind].places.filter(({ method }) => method !== 'GET')) {
      the.github.faults.arm({ ...where, kind: 'reset_after' });
    }
    const receipt = await the.world.authorize(await kinds[kind].operation());
    expect(await the.drive(receipt, 10)).toMatchObject({ status: 'succeeded' });
    await expectOneEffect(kind);
  });

  it('another repository under the same name is refused', async () => {
    const operation = await kinds[kind].operation();
    const moved = { ...operation, repository: { ...operation.repository, id: 4_712 } };
    expect(await the.ship(moved)).toMatchObject({
      status: 'failed',
      audit: { error_code: 'repository_changed' },
    });
    expect(the.github.requests.writes).toBe(0);
  });
});

describe('X2: a request that takes effect after its client has gone', () => {
  const requestTimeoutMs = 400;
  beforeEach(async () => {
    await the.close();
    the = await openSimulatedWorld(requestTimeoutMs, undefined, { seed: pullSeed });
  });

  it.each([
    'a release with assets',
    'a draft',
    'a release without assets',
    'a pull request',
    'a pull request with everything',
    'a tag',
  ] as const)('%s: one effect', async (kind) => {
    const where = kinds[kind].places.find(
      ({ method, path_pattern }) => method === 'POST' && path_pattern.endsWith('s$'),
    );
    the.github.faults.arm({ ...(where ?? {}), kind: 'slow_before', delay_ms: requestTimeoutMs + 200 });
    const receipt = await the.world.authorize(await kinds[kind].operation());
    const job = the.world.jobFor(receipt);
    await expect(the.world.publisher.handle(job)).rejects.toMatchObject({ retry: 'transient' });
    // The late request arrives within the two timeouts that the next attempt waits for.
    await vi.waitFor(async () => expect(JSON.stringify(await the.seen())).toContain('marketops:'), {
      timeout: 5_000,
    });
    expect(await the.drive(receipt)).toMatchObject({ status: 'succeeded' });
    await expectOneEffect(kind);
  });

  it('an upload: one asset', async () => {
    const upload = { method: 'POST', path_pattern: 'name=SHA256SUMS' };
    the.github.faults.arm({ ...upload, kind: 'slow_before', delay_ms: requestTimeoutMs + 200 });
    const receipt = await the.world.authorize(await kinds['a release with assets'].operation());
    await expect(the.world.publisher.handle(the.world.jobFor(receipt))).rejects.toMatchObject({
      retry: 'transient',
    });
    expect(await the.drive(receipt)).toMatchObject({ status: 'succeeded' });
    await expectOneEffect('a release with assets');
  });
});
