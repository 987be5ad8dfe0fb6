import { createServer } from 'node:http';

const shaOf = (at: number): string => at.toString(16).padStart(40, '0');
const hundred = Array.from({ length: 100 }, (_, at) => at);

export interface EndlessPulls {
  readonly url: string;
  /** Of pull requests, in the order they were asked for. */
  readonly pages: number[];
  stop(): Promise<void>;
}

/**
 * A GitHub on loopback on which one commit, of sha 0, lies between any two; it says that it was made in 1970. Closed pull requests
 * have no end, 100 to a page, and none but those given was merged.
 * @param merged merge commits by pull request number
 */
export async function endlessPulls(merged: Readonly<Record<number, string>>): Promise<EndlessPulls> {
  const pages: number[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback');
    response.setHeader('content-type', 'application/json');
    if (pathname.includes('/compare/')) {
      response.end(JSON.stringify(comparison));
      return;
    }
    const page = Number(searchParams.get('page'));
    pages.push(page);
    response.end(JSON.stringify(hundred.map((at) => pullOf(page * 100 + at, merged))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    pages,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function commitOf(sha: string, date: string): object {
  const person = { name: 'ada', email: 'ada@acme.test', date };
  const tree = { sha: shaOf(9), url: 'https://github.test/tree' };
  return { sha, commit: { message: 'Change', author: person, committer: person, tree }, parents: [] };
}

const base = commitOf(shaOf(1), '2026-01-01T00:00:00Z');
const comparison = {
  ...{ status: 'ahead', ahead_by: 1, behind_by: 0, total_commits: 1 },
  ...{ base_commit: base, merge_base_commit: base, commits: [commitOf(shaOf(0), '1970-01-01T00:00:00Z')] },
};

function pullOf(number: number, merged: Readonly<Record<number, string>>): object {
  const time = '2026-01-01T00:00:00Z';
  const repo = { id: 7, full_name: 'acme/widgets' };
  const commit = merged[number] ?? null;
  return {
    ...{ id: number, number, state: 'closed', title: `Change ${number}`, body: null, draft: false },
    ...{ user: { login: 'ada' }, created_at: time, updated_at: time, labels: [] },
    ...{ merged_at: commit === null ? null : time, merge_commit_sha: commit },
    html_url: `https://github.com/acme/widgets/pull/${number}`,
    head: { ref: 'change', sha: shaOf(5), repo },
    base: { ref: 'main', sha: shaOf(6), repo },
  };
}
