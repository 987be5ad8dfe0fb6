import { PlanRequest } from '@marketops/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Artifacts } from '../ports/artifacts.js';
import { pull, release, tag } from '../testing/stages.js';
import { sha, type World, widgets, world } from '../testing/world.js';
import { discover } from './1-discover.js';

const artifacts: Artifacts = {
  take: async (path) =>
    Promise.resolve({ sha256: path.length.toString(16).padStart(64, '0'), size_bytes: 1 }),
  text: async (path) => Promise.resolve({ text: `text of ${path}` }),
};
const accounts = new Set(['acme']);

let its: World;
beforeEach(() => {
  its = world();
});
const look = (operations: object[], repository = 'acme/widgets') =>
  discover(PlanRequest.parse({ tenant_id: 'acme', repository, operations }), {
    discovery: its.discovery,
    artifacts,
    accounts,
  });

describe('stage 1, discover', () => {
  it('given a tag, then it finds the repository, its default branch and whether the tag is there', async () => {
    expect(await look([tag, { ...tag, id: 'old', tag_name: 'v1.0.0' }])).toMatchObject({
      tag: {
        account_configured: true,
        target: { revision: 'main', sha: sha('a') },
        tag: { sha: null },
        body: null,
      },
      old: { tag: { sha: sha('c') } },
    });
  });

  it('given a target, then that is what is resolved', async () => {
    expect(await look([{ ...tag, target: 'release-1' }])).toMatchObject({
      tag: { target: { revision: 'release-1', sha: sha('b') } },
    });
  });

  it('given a release, then its body and its assets are read', async () => {
    const asked = { ...release, body_file: 'notes.md', assets: [{ path: 'a.tgz' }, { path: 'bb.tgz' }] };
    expect(await look([asked])).toMatchObject({
      release: {
        body: { text: 'text of notes.md' },
        assets: [{ path: 'a.tgz', file: { size_bytes: 1 } }, { path: 'bb.tgz' }],
      },
    });
  });

  it('given a pull request, then both branches are found', async () => {
    expect(await look([{ ...pull, base: 'nowhere' }])).toMatchObject({
      pr: {
        head: { ref: 'release-1', sha: sha('b') },
        base: { ref: 'nowhere', sha: null },
        body: { text: '' },
      },
    });
  });

  it('X3: given an account without a credential, then GitHub is asked nothing about it', async () => {
    const found = await look([tag], 'stranger/secret');
    expect(found['tag']).toMatchObject({
      account_configured: false,
      repository: null,
      repository_fault: null,
    });
    expect(its.asked).toEqual([]);
  });

  it('given an account in another case, then it is the same account', async () => {
    its = world({ 'ACME/widgets': widgets });
    expect((await look([tag], 'ACME/widgets'))['tag']?.account_configured).toBe(true);
  });

  it('given a repository that is not there, then that is a fact, and no more is asked', async () => {
    expect((await look([tag], 'acme/nothing'))['tag']).toMatchObject({
      repository: null,
      repository_fault: 'GitHub answered 404.',
    });
    expect(its.asked).toEqual(['repository acme/nothing']);
  });

  it('given many operations of one repository, then nothing is asked twice, and all see the same commit', async () => {
    const operations = Array.from({ length: 100 }, (_, at) => ({ ...tag, id: `t${at}`, tag_name: `v${at}` }));
    const found = await look(operations);
    expect(Object.keys(found).sort()).toEqual(operations.map(({ id }) => id).sort());
    expect(its.asked).toHaveLength(2 + 100);
    expect(new Set(Object.values(found).map(({ target }) => target?.sha))).toEqual(new Set([sha('a')]));
  });

  it('given an operation named like a member every object has, then its facts are its own', async () => {
    expect((await look([{ ...tag, id: 'constructor' }]))['constructor']).toMatchObject({
      account_configured: true,
    });
  });

  it('given a read that fails, then so does the stage, and nothing goes unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    its.faults.push(...Array.from({ length: 20 }, () => new Error('GitHub is away')));
    await expect(look([tag, pull, release])).rejects.toThrow('GitHub is away');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
