import { type Operation, operationStream, systemStream } from '@marketops/contracts';
import { createLog } from '@marketops/engine';
import { createGitHubClient, type GitHubClient, GitHubError } from '@marketops/github';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GitHubFor } from '../ports/github.js';
import { runId } from '../testing/gate-fixture.js';
import { releaseOperation, tagOperation, targetSha } from '../testing/operations.js';
import { type OtherHand, otherHand } from '../testing/other-hand.js';
import { openTestReconciler, type TestReconciler } from '../testing/reconciler.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld, token } from '../testing/simulated.js';
import { useRedis } from '../testing/use-redis.js';

const used = useRedis();
const log = createLog('publisher', 'silent');
let the: SimulatedWorld;
let reconciler: TestReconciler;
let hand: OtherHand;
const watch = () => vi.spyOn(log, 'warn');
let warned: ReturnType<typeof watch>;

beforeEach(async () => {
  the = await openSimulatedWorld();
  warned = watch();
  const unreceipted = { kinds: ['publish_release', 'tag_repo'], sinceMs: 0 } as const;
  reconciler = openTestReconciler(the, used.admin, { log, unreceipted });
  hand = otherHand(the);
});
afterEach(async () => {
  warned.mockRestore();
  await the.close();
});

const drifted = async ({ operation_id: id }: Operation) =>
  (await the.world.events(operationStream(runId, id))).flatMap(({ type, data }) =>
    type === 'effect.drifted' ? [[data.drift, ...data.differs]] : [],
  );
const unreceipted = async () =>
  (await the.world.events(systemStream)).flatMap(({ type, data }) =>
    type === 'effect.unreceipted' ? [data.remote_id] : [],
  );
const codes = () => warned.mock.calls.map(([said]) => (said as { code?: string }).code);
const sim = async (control: string, body: object) => {
  const answer = await fetch(`${the.github.url}/_sim/${control}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
  expect(answer.ok).toBe(true);
};
const setTag = (name: string, sha: string) =>
  sim('refs', { repository: 'acme/widgets', ref: `refs/tags/${name}`, sha });
/** A tag of a tag of a tag …: legal in git, and longer than anybody follows. */
const setChain = async (name: string, depth = 7) => {
  let [object, type] = ['d'.repeat(40), 'commit'];
  for (let at = 0; at < depth; at += 1) {
    const made = await hand.ask('POST', '/git/tags', { tag: `c${at}`, message: `m${at}`, object, type });
    [object, type] = [made.sha, 'tag'];
  }
  await setTag(name, object);
};
/** Beside what GitHub would answer. */
const through = (change: (client: GitHubClient) => Partial<GitHubClient>): { github: GitHubFor } => ({
  github: (_account, controls) => {
    const client = createGitHubClient({ apiUrl: the.github.url, token, userAgent: 'test', ...controls });
    return { ...client, ...change(client) };
  },
});

describe('what was made, and cannot be read any more', () => {
  it('given a tag is moved to a chain of tags, then that is drift', async () => {
    const operation = tagOperation();
    await reconciler.ship(operation);
    await setChain(operation.tag_name);
    await reconciler.pass();
    await reconciler.pass();
    expect(await drifted(operation)).toEqual([['edited', 'target', 'maker', 'message']]);
  });

  it('given a release whose tag is a chain, then what else was changed is said with it', async () => {
    const operation = await releaseWithAssets(the.blobs);
    await reconciler.ship(operation);
    const [made] = (await the.seen()).releases;
    await hand.ask('DELETE', `/releases/assets/${made?.assets[0]?.id}`);
    await hand.ask('PATCH', `/releases/${made?.id}`, { body: 'x' });
    await setChain(operation.tag_name);
    await reconciler.pass();
    expect(await drifted(operation)).toEqual([['edited', 'body', 'assets', 'tag']]);
  });

  const nonsense = () => Promise.reject(new GitHubError('invalid_response', 'nonsense'));
  it('given an answer about one effect that nobody can read, then that is said, once', async () => {
    const operation = releaseOperation();
    await reconciler.ship(operation);
    const changes = through(() => ({ getRelease: nonsense }));
    await reconciler.pass(changes);
    await reconciler.pass(changes);
    expect(await drifted(operation)).toEqual([['edited', 'unreadable']]);
  });

  it('given everything GitHub answers is nonsense, then that is nobody’s edit', async () => {
    const operation = releaseOperation();
    await reconciler.ship(operation);
    await reconciler.pass(through(() => ({ getRelease: nonsense, getRepository: nonsense })));
    expect(await drifted(operation)).toEqual([]);
    expect(codes()).toContain('effect_unseen');
  });

  it('given many that GitHub refuses to show, then another one is looked at within a few passes', async () => {
    const secret = Array.from({ length: 7 }, (_, at) => `a${at}`);
    for (const name of [...secret, 'z'])
      await reconciler.ship(tagOperation({ tag_name: name, operation_id: name }));
    const changes = through(({ getTag }) => ({
      getTag: (at, name) =>
        secret.includes(name) ? Promise.reject(new GitHubError('forbidden', 'no')) : getTag(at, name),
    }));
    await setTag('z', 'd'.repeat(40));
    for (let pass = 0; pass < 3; pass += 1) {
      the.world.clock.step(1_000);
      await reconciler.pass(changes);
    }
    expect(await drifted(tagOperation({ operation_id: 'z' }))).toHaveLength(1);
  });

  it('given a read that fails in passing, then the next pass begins with another', async () => {
    for (const name of ['a', 'z'])
      await reconciler.ship(tagOperation({ tag_name: name, operation_id: name }));
    await setTag('z', 'd'.repeat(40));
    const changes = through(({ getTag }) => ({
      getTag: (at, name) =>
        name === 'a' ? Promise.reject(new GitHubError('timeout', 'late')) : getTag(at, name),
    }));
    the.world.clock.step(1_000);
    await reconciler.pass(changes);
    await reconciler.pass(changes);
    expect(await drifted(tagOperation({ operation_id: 'z' }))).toHaveLength(1);
  });
});

describe('a draft that is not seen', () => {
  const readOnly = () => {
    const permissions = { contents: 'read', metadata: 'read', pull_requests: 'read' };
    return sim('access', { tokens: [{ token, permissions }] });
  };

  it('given the token may not see drafts any more, then none is called deleted', async () => {
    const operation = await releaseWithAssets(the.blobs, { draft: true });
    await reconciler.ship(operation);
    await readOnly();
    await reconciler.pass();
    expect(await drifted(operation)).toEqual([]);
    expect(codes()).toContain('draft_unseen');
  });

  it('given the token sees another draft, then this one is deleted', async () => {
    const operation = await releaseWithAssets(the.blobs, { draft: true });
    await reconciler.ship(operation);
    await hand.ask('DELETE', `/releases/${(await the.seen()).releases[0]?.id}`);
    await hand.release({ tag_name: 'v0.1.0', draft: true });
    await reconciler.pass();
    expect(await drifted(operation)).toEqual([['deleted']]);
  });
});

describe('what stands beside something that cannot be read', () => {
  beforeEach(async () => {
    // Governed from the first operation on; what is there then is known.
    await reconciler.ship(tagOperation({ tag_name: 'first', operation_id: 'first' }));
    await reconciler.pass();
  });

  it('given a tag called @, which git allows, then it and the others are told', async () => {
    for (const name of ['@', 'zevil']) await setTag(name, targetSha);
    await reconciler.pass();
    expect((await unreceipted()).sort()).toEqual(['refs/tags/@', 'refs/tags/zevil']);
  });

  it('given a tag whose name nobody can ask for, then it is told as it is shown', async () => {
    await setTag('v9\u202e', targetSha);
    await reconciler.pass();
    expect(await unreceipted()).toEqual(['refs/tags/v9\ufffd']);
  });

  it('given a tag that cannot be read at all, then it is told, and so are the others', async () => {
    for (const name of ['0evil', 'odd', 'zevil']) await setTag(name, targetSha);
    const changes = through(({ getTag }) => ({
      getTag: (at, name) =>
        name === 'odd' ? Promise.reject(new GitHubError('invalid_response', 'odd')) : getTag(at, name),
    }));
    await reconciler.pass(changes);
    expect((await unreceipted()).sort()).toEqual(
      ['0evil', 'odd', 'zevil'].map((name) => `refs/tags/${name}`),
    );
  });

  it('given a chain of tags, then it is told like any other', async () => {
    await setChain('chain');
    await setTag('zevil', targetSha);
    await reconciler.pass();
    expect((await unreceipted()).sort()).toEqual(['refs/tags/chain', 'refs/tags/zevil']);
  });

  it('given releases that cannot be listed, then the tags are looked at nevertheless', async () => {
    await setTag('zevil', targetSha);
    const changes = through(() => ({
      // biome-ignore lint/correctness/useYield: it fails before the first
      async *listReleases() {
        await Promise.resolve();
        throw new GitHubError('invalid_response', 'nonsense');
      },
    }));
    await reconciler.pass(changes);
    expect(await unreceipted()).toEqual(['refs/tags/zevil']);
    expect(codes()).toContain('repository_unread');
  });

  it('given drafts that fill more than one answer may, then nothing is hidden and publishing goes on', async () => {
    const body = 'x'.repeat(124_900);
    for (let at = 0; at < 90; at += 1) await hand.release({ tag_name: `big${at}`, body, draft: true });
    await hand.release({ tag_name: 'v8.0.0' });
    await reconciler.pass();
    expect(await unreceipted()).toContain('refs/tags/v8.0.0');
    expect(await unreceipted()).toHaveLength(2);
    const { status } = await the.ship(releaseOperation());
    expect(status).toBe('succeeded');
  }, 60_000);
});
