import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedGitHub } from '@marketops/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAlreadyThere } from './errors.js';
import { readsOnly } from './reads-only.js';
import { at, clientOf, collect, errorOf, startWidgets } from './testing/setup.js';

let github: SimulatedGitHub;
const folder = mkdtempSync(join(tmpdir(), 'marketops-github-'));

beforeAll(async () => {
  github = await startWidgets({ separateUploads: true });
});
afterEach(() => github.reset());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await github.stop();
});

const client = () => clientOf(github.url, { uploadUrl: github.uploadsUrl });
const branch = (name: string): string =>
  github.state.repository('acme/widgets').refs.get(`refs/heads/${name}`) ?? '';

describe('reads', () => {
  it('answer a repository in the case GitHub stores', async () => {
    const repository = await client().getRepository('ACME', 'wIDGETS');
    expect(repository).toEqual({
      id: github.state.repository('acme/widgets').id,
      owner: 'Acme',
      name: 'Widgets',
      defaultBranch: 'main',
      archived: false,
      private: false,
    });
  });

  it('resolve a SHA, a branch and a tag to the commit, and an unknown ref to null', async () => {
    const main = branch('main');
    for (const ref of [main, 'main', 'heads/main', 'tags/v0.2.0']) {
      expect(await client().resolveCommit(at, ref)).toBe(main);
    }
    expect(await client().resolveCommit(at, 'f'.repeat(40))).toBeNull();
    expect(await client().resolveCommit(at, 'nothing')).toBeNull();
  });

  it('answer null for what an empty repository has not', async () => {
    github.seed({ owner: 'acme', name: 'empty', branches: [] });
    const empty = { owner: 'acme', name: 'empty' };
    expect(await client().resolveCommit(empty, 'main')).toBeNull();
    expect(await client().getTag(empty, 'v1')).toBeNull();
    expect(await client().getBranch(empty, 'main')).toBeNull();
  });

  it('peel annotated tags', async () => {
    const light = await client().getTag(at, 'v0.1.0');
    expect(light).toEqual({
      ...{ refSha: branch('main'), peeledSha: branch('main') },
      ...{ annotated: false, message: null },
    });
    const annotated = await client().getTag(at, 'v0.2.0');
    expect(annotated).toMatchObject({ peeledSha: branch('main'), annotated: true, message: 'Second' });
    expect(annotated?.refSha).not.toBe(branch('main'));
    expect(await client().getTag(at, 'v0')).toBeNull();
  });

  it('find a branch with a slash in its name', async () => {
    expect(await client().getBranch(at, 'feature/x')).toEqual({ sha: branch('feature/x') });
    expect(await client().getBranch(at, 'feature')).toBeNull();
  });

  it('list releases with drafts, and their assets', async () => {
    github.seed({
      owner: 'acme',
      name: 'two',
      releases: [{ tag_name: 'v1' }, { tag_name: 'v1', draft: true }],
    });
    const releases = await collect(client().listReleases({ owner: 'acme', name: 'two' }));
    expect(releases.map(({ tagName, draft }) => [tagName, draft])).toEqual([
      ['v1', true],
      ['v1', false],
    ]);
    const [first] = await collect(client().listReleases(at));
    const assets = await collect(client().listAssets(at, first?.id ?? 0));
    const sha256 = createHash('sha256').update('hello').digest('hex');
    expect(assets).toMatchObject([{ name: 'a.txt', sizeBytes: 5, sha256, state: 'uploaded' }]);
    expect(await client().getRelease(at, 9)).toBeNull();
    expect(await client().getLatestReleaseId(at)).toBe(first?.id);
  });

  it('of the planner have no write among them', () => {
    const reads = readsOnly(client());
    const writes = Object.keys(reads).filter((name) =>
      /^(create|update|upload|delete|add|request)/.test(name),
    );
    expect(writes).toEqual([]);
    expect(Object.isFrozen(reads)).toBe(true);
    expect(Object.keys(client()).length - Object.keys(reads).length).toBe(9);
  });
});

describe('writes', () => {
  it('make an annotated tag in two steps', async () => {
    const { sha } = await client().createTagObject(at, {
      tag: 'v1.0.0',
      message: 'M',
      commitSha: branch('main'),
    });
    expect(await client().getTag(at, 'v1.0.0')).toBeNull();
    await client().createRef(at, 'refs/tags/v1.0.0', sha);
    const made = await client().getTag(at, 'v1.0.0');
    expect(made).toEqual({ refSha: sha, peeledSha: branch('main'), annotated: true, message: 'M' });
    const again = await errorOf(client().createRef(at, 'refs/tags/v1.0.0', sha));
    expect(isAlreadyThere(again)).toBe(true);
  });

  const release = {
    ...{ tagName: 'v1.0.0', targetCommitish: 'main', name: 'One', body: 'Text\n' },
    ...({ draft: true, prerelease: false, makeLatest: 'true' } as const),
  };

  it('make a draft and publish it, which makes the tag', async () => {
    const draft = await client().createRelease(at, release);
    expect(draft).toMatchObject({ tagName: 'v1.0.0', draft: true, body: 'Text\n', publishedAt: null });
    expect(await client().getTag(at, 'v1.0.0')).toBeNull();
    const published = await client().updateRelease(at, draft.id, { draft: false });
    expect(published).toMatchObject({ id: draft.id, draft: false, name: 'One' });
    expect((await client().getTag(at, 'v1.0.0'))?.peeledSha).toBe(branch('main'));
    expect(await client().getLatestReleaseId(at)).toBe(draft.id);
    const again = await errorOf(client().createRelease(at, { ...release, draft: false }));
    expect(isAlreadyThere(again)).toBe(true);
    expect(again.faults).toEqual([
      { resource: 'Release', field: 'tag_name', code: 'already_exists', message: null },
    ]);
  });

  it.each(['123n', '9007199254740993n', '"-5n"', 'a "b" \\ \u2028 \u{1f680}\n\ttab', ' x '.repeat(40_000)])(
    'send text exactly as it is: %#',
    async (text) => {
      // Octokit's JSON writer knows big integers by a trailing n; what is authorized must not be read so.
      const made = await client().createRelease(at, { ...release, name: text.slice(0, 200), body: text });
      expect([made.name, made.body]).toEqual([text.slice(0, 200), text]);
    },
  );

  const fileOf = (content: string, name = 'tool.tgz') => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { name, path, sizeBytes: Buffer.byteLength(content), sha256, contentType: 'application/gzip' };
  };

  it('upload a file to the uploads origin, and delete it', async () => {
    const { id } = await client().createRelease(at, release);
    const file = fileOf('x'.repeat(1_000_000));
    const asset = await client().uploadAsset(at, id, file);
    expect(asset).toMatchObject({ name: 'tool.tgz', sizeBytes: 1_000_000, sha256: file.sha256 });
    expect(github.state.releases('acme/widgets').at(-1)?.assets.size).toBe(1);
    expect(isAlreadyThere(await errorOf(client().uploadAsset(at, id, file)))).toBe(true);
    await client().deleteAsset(at, asset.id);
    expect(await collect(client().listAssets(at, id))).toEqual([]);
  });

  it.each([
    ['one byte differs', { sha256: 'f'.repeat(64) }],
    ['it is shorter than authorized', { sizeBytes: 1_000_001 }],
    ['it is longer than authorized', { sizeBytes: 999_999 }],
  ])('never complete an upload when %s', async (_, lie) => {
    const { id } = await client().createRelease(at, release);
    const error = await errorOf(client().uploadAsset(at, id, { ...fileOf('x'.repeat(1_000_000)), ...lie }));
    expect(error).toMatchObject({ code: 'conflict', retry: 'terminal', uncertain: false });
    expect(error.message).toContain('tool.tgz');
    expect(github.state.releases('acme/widgets').at(-1)?.assets.size).toBe(0);
  });

  it.each([
    ['a name that GitHub would change', { name: 'my tool.tgz' }],
    ['an empty file', { sizeBytes: 0 }],
    ['a media type with a second header', { contentType: 'text/plain\r\nx-evil: 1' }],
    ['a digest in another form', { sha256: `sha256:${'f'.repeat(64)}` }],
  ])('refuse %s before any request', async (_, terms) => {
    const error = await errorOf(client().uploadAsset(at, 1, { ...fileOf('x'), ...terms }));
    expect(error).toMatchObject({ code: 'validation_failed', uncertain: false });
    expect(github.requests.writes).toBe(0);
  });

  it('say so when the file is gone', async () => {
    const { id } = await client().createRelease(at, release);
    const gone = { ...fileOf('x'), path: join(folder, 'no-such-file') };
    expect(await errorOf(client().uploadAsset(at, id, gone))).toMatchObject({
      code: 'conflict',
      uncertain: false,
    });
  });

  it('open a pull request and find it again', async () => {
    const fields = { title: 'T', head: 'acme:feature/x', base: 'main', body: 'B', draft: false };
    const pull = await client().createPull(at, fields);
    expect(pull).toMatchObject({
      number: 1,
      state: 'open',
      head: { ref: 'feature/x', sha: branch('feature/x') },
    });
    const filter = { head: 'acme:feature/x', base: 'main', state: 'open' } as const;
    expect((await client().findPulls(at, filter)).map(({ id }) => id)).toEqual([pull.id]);
    expect(await client().findPulls(at, { ...filter, base: 'other' })).toEqual([]);
    const { base: _, ...anyBase } = filter;
    expect((await client().findPulls(at, anyBase)).map(({ id }) => id)).toEqual([pull.id]);
    github.push('acme/widgets', 'feature/x', { force: true });
    expect((await client().getPull(at, 1))?.head.sha).toBe(branch('feature/x'));
    expect(await client().getPull(at, 2)).toBeNull();
    expect(isAlreadyThere(await errorOf(client().createPull(at, fields)))).toBe(true);
  });
});

describe('the kill switch', () => {
  const ref = () => ['refs/tags/v9', branch('main')] as const;

  it('is asked before each write and before no read', async () => {
    let asked = 0;
    const beforeWrite = () => {
      asked += 1;
    };
    const counting = clientOf(github.url, { beforeWrite });
    await counting.getRepository('acme', 'widgets');
    expect(asked).toBe(0);
    await counting.createRef(at, ...ref());
    await errorOf(counting.createRef(at, ...ref()));
    expect(asked).toBe(2);
  });

  it('stops the write by throwing, and nothing is sent', async () => {
    const frozen = new Error('frozen');
    const beforeWrite = () => Promise.reject(frozen);
    const error = await errorOf(clientOf(github.url, { beforeWrite }).createRef(at, ...ref()));
    expect(error).toMatchObject({ code: 'aborted', retry: 'hold', uncertain: false, cause: frozen });
    expect(github.requests.writes).toBe(0);
  });

  it('is not the last word: a signal raised meanwhile counts too', async () => {
    const stop = new AbortController();
    const options = { beforeWrite: () => stop.abort(), signal: stop.signal };
    expect(await errorOf(clientOf(github.url, options).createRef(at, ...ref()))).toMatchObject({
      ...{ code: 'aborted', uncertain: false },
    });
    expect(github.requests.writes).toBe(0);
  });
});
