import type { AssetFacts, Changes, Discovery, ReleaseFacts } from '../ports/discovery.js';

/** A commit SHA that says what it stands for: `sha('a')` is forty times `a`. */
export const sha = (digit: string): string => digit.repeat(40).slice(0, 40);

interface KnownRepository {
  readonly id: number;
  readonly default_branch: string;
  readonly archived: boolean;
  readonly branches: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly releases?: Record<string, ReleaseFacts>;
  /** Of any release, by name. */
  readonly assets?: Record<string, AssetFacts>;
  readonly latest?: string;
  readonly labels?: readonly string[];
  /** Absent: the token may not ask. */
  readonly collaborators?: readonly string[];
  /** Of which fork networks it is; all those without one are of one. */
  readonly network?: string;
  /** What lies between any two commits; null: they have nothing in common. */
  readonly changes?: Changes | null;
}

/** What GitHub would know, in a table that a test may change; and every question that was asked. */
export interface World {
  readonly repositories: Record<string, KnownRepository>;
  readonly asked: string[];
  /** Thrown instead of the next answers, one each. */
  readonly faults: unknown[];
  readonly discovery: Discovery;
}

export const widgets: KnownRepository = {
  id: 7,
  default_branch: 'main',
  archived: false,
  branches: { main: sha('a'), 'release-1': sha('b') },
  tags: { 'v1.0.0': sha('c') },
};

export function world(repositories: Record<string, KnownRepository> = { 'acme/widgets': widgets }): World {
  const asked: string[] = [];
  const faults: unknown[] = [];
  const answer = async <Value>(question: string, value: Value): Promise<Value> => {
    asked.push(question);
    if (faults.length > 0) throw faults.shift();
    return Promise.resolve(value);
  };
  const at = ({ owner, name }: { owner: string; name: string }) => repositories[`${owner}/${name}`];
  return {
    repositories,
    asked,
    faults,
    discovery: {
      repository: (fullName) => {
        const [owner = '', name = ''] = fullName.split('/');
        const known = repositories[fullName];
        if (known === undefined) return answer(`repository ${fullName}`, { fault: 'GitHub answered 404.' });
        const { id, default_branch, archived } = known;
        return answer(`repository ${fullName}`, {
          repository: { id, owner, name },
          default_branch,
          archived,
        });
      },
      commit: (repository, revision) => {
        const known = at(repository);
        const found = known?.branches[revision] ?? known?.tags[revision];
        return answer(`commit ${revision}`, found ?? (/^[0-9a-f]{40}$/.test(revision) ? revision : null));
      },
      tag: (repository, name) => answer(`tag ${name}`, at(repository)?.tags[name] ?? null),
      branch: (repository, name) => answer(`branch ${name}`, at(repository)?.branches[name] ?? null),
      releases: (repository) => answer('releases', new Map(Object.entries(at(repository)?.releases ?? {}))),
      asset: (repository, releaseId, name) =>
        answer(`asset ${releaseId} ${name}`, at(repository)?.assets?.[name] ?? null),
      latestTag: (repository) => answer('latest', at(repository)?.latest ?? null),
      related: (repository, base, head) => {
        const [owner = ''] = head.split(':');
        const other = Object.entries(repositories).find(([fullName]) =>
          fullName.startsWith(`${owner}/`),
        )?.[1];
        return answer(`related ${base} ${head}`, other?.network === at(repository)?.network);
      },
      label: (repository, name) => answer(`label ${name}`, at(repository)?.labels?.includes(name) ?? false),
      collaborator: (repository, login) =>
        answer(`collaborator ${login}`, at(repository)?.collaborators?.includes(login) ?? null),
      changes: (repository, { from, to, branch }) => {
        const known = at(repository)?.changes;
        const none = {
          pulls: [],
          complete: true,
          web_url: `https://github.com/${repository.owner}/${repository.name}`,
        };
        return answer(`changes ${from} ${to} ${branch}`, known === undefined ? none : known);
      },
    },
  };
}
