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

  it('given a head in a fork, then its repository is found by number, and its branch there', async () => {
    const fork = { ...widgets, id: 9, branches: { feature: sha('e') } };
    its = world({ 'acme/widgets': widgets, 'ada/gadgets': fork });
    const asked = { ...pull, head: 'feature', head_repository: 'ada/gadgets' };
    expect(await look([asked])).toMatchObject({
      pr: {
        head: { ref: 'feature', sha: sha('e') },
        head_repository: { repository: { id: 9, owner: 'ada', name: 'gadgets' } },
        base: { ref: 'main', sha: sha('a') },
      },
    });
    expect(its.asked).toContain('related main ada:feature');
  });

  it('given a head repository that is no fork of this one, gone, or this one itself, then that is said', async () => {
    const other = { ...widgets, id: 9, network: 'another' };
    its = world({ 'acme/widgets': widgets, 'eve/widgets': other });
    const asked = (id: string, head_repository: string) => ({ ...pull, id, head_repository });
    const operations = [
      asked('other', 'eve/widgets'),
      asked('gone', 'ada/gone'),
      asked('own', 'acme/widgets'),
    ];
    expect(await look(operations)).toMatchObject({
      other: {
        head: { sha: null },
        head_repository: { fault: 'it has no history in common with acme/widgets' },
      },
      gone: { head: { sha: null }, head_repository: { fault: 'GitHub answered 404.' } },
      own: { head: { sha: sha('b') }, head_repository: null },
    });
  });

  it('given labels and reviewers, then those are named that are not there; who may not be asked about is not', async () => {
    const known = { ...widgets, labels: ['release'], collaborators: ['ada'] };
    its = world({ 'acme/widgets': known });
    const names = { labels: ['release', 'new'], reviewers: ['ada', 'eve'], team_reviewers: ['docs'] };
    expect(await look([{ ...pull, ...names }])).toMatchObject({
      pr: { labels_missing: ['new'], reviewers_refused: ['eve'] },
    });
    its = world();
    expect(await look([{ ...pull, reviewers: ['eve'] }])).toMatchObject({ pr: { reviewers_refused: [] } });
  });

  it('given a release, then one of its tag is looked for where there is such a tag', async () => {
    const released = { ...widgets, releases: { 'v1.0.0': { id: 5, immutable: true } } };
    its = world({ 'acme/widgets': released });
    expect(await look([release])).toMatchObject({ release: { release: null } });
    expect(its.asked).not.toContain('releases');
    expect(await look([{ ...release, tag_name: 'v1.0.0' }])).toMatchObject({
      release: { release: { id: 5, immutable: true } },
    });
  });

  describe('given generated notes', () => {
    const asked = { ...release, generate_notes: true, depends_on: ['tag'] };
    const making = { ...tag, target: 'release-1' };

    it('then they go from the latest release to the commit that another operation will tag', async () => {
      its = world({ 'acme/widgets': { ...widgets, latest: 'v1.0.0' } });
      expect(await look([making, asked])).toMatchObject({
        tag: { changes: null },
        release: { changes: { since: 'v1.0.0', changes: { pulls: [], complete: true } } },
      });
      expect(its.asked).toContain(`changes ${sha('c')} ${sha('b')} main`);
    });

    it('then they begin where the request says, and follow the branch it names', async () => {
      const named = { ...release, generate_notes: true, previous_tag_name: 'v1.0.0', target: 'release-1' };
      await look([named]);
      expect(its.asked).not.toContain('latest');
      expect(its.asked).toContain(`changes ${sha('c')} ${sha('b')} release-1`);
    });

    it('then ten ranges of commits are compared, however many releases have them; more are refused, and none is read', async () => {
      const tags = Object.fromEntries(
        Array.from({ length: 11 }, (_, at) => [`p${at}`, sha(at.toString(16))]),
      );
      its = world({ 'acme/widgets': { ...widgets, tags } });
      const from = (at: number, id = `r${at}`) => ({
        ...{ ...release, id, tag_name: `v-${id}` },
        ...{ generate_notes: true, previous_tag_name: `p${at}` },
      });
      const ten = Array.from({ length: 10 }, (_, at) => from(at));
      const again = Array.from({ length: 20 }, (_, at) => from(at % 10, `again${at}`));
      await look([...ten, ...again]);
      const compared = () => its.asked.filter((question) => question.startsWith('changes '));
      expect(compared()).toHaveLength(10);
      its.asked.splice(0);
      await expect(look([...ten, from(10)])).rejects.toMatchObject({
        ...{ code: 'request_invalid', retry: 'terminal' },
        faults: [{ path: 'operations[10].generate_notes', message: expect.stringContaining('at most 10') }],
      });
      expect(compared()).toEqual([]);
    });

    it('then nothing was released before, no such tag, and no common history are each said', async () => {
      expect(await look([making, asked])).toMatchObject({ release: { changes: { since: null } } });
      const from = { ...asked, previous_tag_name: 'v0' };
      expect(await look([making, from])).toMatchObject({
        release: { changes: { fault: 'there is no tag v0' } },
      });
      its = world({ 'acme/widgets': { ...widgets, latest: 'v1.0.0', changes: null } });
      expect(await look([making, asked])).toMatchObject({
        release: { changes: { fault: `v1.0.0 and ${sha('b').slice(0, 12)} have no history in common` } },
      });
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
