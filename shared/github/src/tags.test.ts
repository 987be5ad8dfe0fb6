import type { SimulatedGitHub } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, canaryToken, clientOf, collect, errorOf, startWidgets } from './testing/setup.js';

describe('tags that somebody made to be overlooked', () => {
  let github: SimulatedGitHub;
  beforeAll(async () => {
    github = await startWidgets();
  });
  afterAll(() => github.stop());

  const make = async (path: string, body: object): Promise<string> => {
    const answer = await fetch(`${github.url}/repos/acme/widgets${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { authorization: `Bearer ${canaryToken}`, 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { sha?: string }).sha ?? '';
  };
  const chain = async (name: string, depth: number): Promise<string[]> => {
    const commit = (await clientOf(github.url).getBranch(at, 'main'))?.sha ?? '';
    const shas = [commit];
    for (let made = 0; made < depth; made += 1) {
      const object = shas.at(-1);
      const type = made === 0 ? 'commit' : 'tag';
      shas.push(await make('/git/tags', { tag: `${name}-${made}`, message: `m${made}`, object, type }));
    }
    await make('/git/refs', { ref: `refs/tags/${name}`, sha: shas.at(-1) });
    return shas;
  };

  it('given a chain of five, then it is followed to the commit', async () => {
    const shas = await chain('five', 5);
    expect(await clientOf(github.url).getTag(at, 'five')).toMatchObject({
      ...{ refSha: shas[5], peeledSha: shas[0], annotated: true, message: 'm4' },
    });
  });

  it('given a longer chain, then it is a tag that names no commit', async () => {
    const shas = await chain('seven', 7);
    github.requests.reset();
    const tag = await clientOf(github.url).getTag(at, 'seven');
    expect(tag).toMatchObject({ refSha: shas[7], peeledSha: shas[2], annotated: true, message: 'm6' });
    expect(github.requests.reads).toBe(6);
  });

  it('given names that git allows for a tag, then they are asked for', async () => {
    const sha = (await clientOf(github.url).getBranch(at, 'main'))?.sha ?? '';
    await make('/git/refs', { ref: 'refs/tags/@', sha });
    const client = clientOf(github.url);
    expect((await collect(client.listTags(at))).map(({ name }) => name)).toContain('@');
    expect(await client.getTag(at, '@')).toMatchObject({ refSha: sha });
    expect(await client.getTag(at, 'x./y')).toBeNull();
    // A branch of that name is HEAD to git.
    expect(await errorOf(client.getBranch(at, '@'))).toMatchObject({ code: 'validation_failed' });
    expect(await errorOf(client.getTag(at, 'x.'))).toMatchObject({ code: 'validation_failed' });
  });
});
