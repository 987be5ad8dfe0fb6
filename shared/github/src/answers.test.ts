import { afterEach, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, canaryToken, clientOf, errorOf } from './testing/setup.js';

/** What a server that lies, or a proxy that mixes answers up, makes of answers of the right form. */
let server: HostileServer | undefined;
afterEach(async () => server?.stop());
const answering = async (json: object, status = 200) => {
  server = await startHostileServer(always(status, json));
  return clientOf(server.url);
};

const time = '2026-01-01T00:00:00Z';
const release = {
  ...{ id: 7, tag_name: 'v1', target_commitish: 'main', name: 'n', body: 'b', draft: false },
  ...{ prerelease: false, created_at: time, published_at: time, html_url: 'https://github.test/r' },
};
const repo = { id: 1, full_name: 'acme/widgets' };
const pull = {
  ...{ id: 70, number: 7, state: 'open', title: 't', body: null, draft: false, user: null },
  ...{ created_at: time, updated_at: time, merged_at: null, merge_commit_sha: null },
  ...{ html_url: 'https://github.test/p', labels: [{ name: 'x' }] },
  head: { ref: 'h', sha: '1'.repeat(40), repo },
  base: { ref: 'm', sha: '2'.repeat(40), repo },
};

describe('texts of an answer', () => {
  it('X3: hold no token, wherever the server put it', async () => {
    const echo = `before ${canaryToken} after`;
    const fields = { tag_name: echo, name: echo, body: echo, html_url: `https://x.test/${canaryToken}` };
    const found = await (await answering({ ...release, ...fields })).getRelease(at, 7);
    expect(JSON.stringify(found)).not.toContain(canaryToken);
    expect(found?.body).toBe('before [token] after');
  });

  it('are well-formed', async () => {
    const body = `{"body":"a\\ud800b","name":"\\udc00"}`;
    const fields = JSON.parse(body) as object;
    const found = await (await answering({ ...release, ...fields })).getRelease(at, 7);
    expect(found).toMatchObject({ body: 'a\ufffdb', name: '\ufffd' });
  });

  it('that are names have nothing that drives a terminal or turns the line', async () => {
    const fields = { tag_name: 'v\u202e\u001b[31m1\n\u3164' };
    const found = await (await answering({ ...release, ...fields })).getRelease(at, 7);
    expect(found?.tagName).toBe('v\ufffd[31m1\ufffd');
  });

  it.each([
    ['javascript:alert(1)', ''],
    ['not an address', ''],
    ['https://github.com@evil.test/', ''],
    ['https://x.test/\u202e\u001b[2J', 'https://x.test/%E2%80%AE%1B[2J'],
    ['https://x.test/a b', 'https://x.test/a%20b'],
  ])('an address %j is given as %j', async (htmlUrl, given) => {
    const found = await (await answering({ ...pull, html_url: htmlUrl })).getPull(at, 7);
    expect(found?.htmlUrl).toBe(given);
  });
});

describe('an answer about something else than was asked', () => {
  it('is none: of reads', async () => {
    const error = await errorOf((await answering(release)).getRelease(at, 8));
    expect(error).toMatchObject({ code: 'invalid_response', uncertain: false });
    await server?.stop();
    expect((await errorOf((await answering(pull)).getPull(at, 8))).code).toBe('invalid_response');
  });

  it('is none: of writes, which may have happened', async () => {
    const error = await errorOf((await answering(release)).updateRelease(at, 8, { draft: false }));
    expect(error).toMatchObject({ code: 'invalid_response', uncertain: true });
    await server?.stop();
    const asked = { reviewers: ['ada'], teams: [] };
    const other = await errorOf((await answering(pull, 201)).requestReviewers(at, 8, asked));
    expect(other).toMatchObject({ code: 'invalid_response', uncertain: true });
  });
});
