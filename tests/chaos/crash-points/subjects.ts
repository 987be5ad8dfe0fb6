import type { OperationKind } from '@marketops/contracts';
import type { SeedRepository } from '@marketops/local';
import type { Effects } from './effects.js';

/** Where a cell has its effect: a repository that no other cell touches. */
export interface Place {
  readonly owner: string;
  readonly name: string;
}

/** One thing that an executor does, and what GitHub must show afterwards: exactly this, and all of it. */
export interface Subject {
  readonly name: string;
  readonly kind: OperationKind;
  /** As a plan asks for it. */
  readonly operation: Readonly<Record<string, unknown>>;
  readonly repositories: (place: Place) => readonly SeedRepository[];
  readonly expected: Effects;
}

/** The account that a place's fork belongs to. */
export const forkOwner = ({ owner }: Pick<Place, 'owner'>): string => `${owner}-fork`;

/** Below the artifacts of the system, with what is in them. */
export const assetFiles: Readonly<Record<string, string>> = {
  'widgets.tgz': 'not really a tarball, but long enough to be sent in more than no time',
  SHA256SUMS: 'sums',
};

const none: Effects = { releases: [], tags: [], pulls: [] };
const tag = { name: 'v1.0.0', commit: 'two' };
const release = { tag: tag.name, name: 'Widgets', draft: false, assets: [] };
const pull = {
  ...{ title: 'Next', state: 'open', draft: false, head: 'three', base: 'two' },
  ...{ labels: [], reviewers: [], teams: [] },
};

const widgets = (place: Place): SeedRepository => ({
  ...place,
  branches: [
    { name: 'main', commits: ['one', 'two'] },
    { name: 'next', from: 'main', commits: ['three'] },
  ],
  labels: ['release', 'announcement'],
  collaborators: ['ada', 'grace'],
  teams: ['docs'],
});
const alone = (place: Place): SeedRepository[] => [widgets(place)];

const releaseRequest = {
  ...{ id: 'release', kind: 'publish_release', tag_name: tag.name, target: 'main' },
  ...{ release_name: release.name, body: 'Rounder.' },
};
const pullRequest = {
  id: 'pull',
  kind: 'open_pr',
  head: 'next',
  base: 'main',
  title: pull.title,
  body: 'Look.',
};

export const subjects: readonly Subject[] = [
  {
    name: 'release',
    kind: 'publish_release',
    operation: releaseRequest,
    repositories: alone,
    expected: { ...none, releases: [release], tags: [tag] },
  },
  {
    name: 'release, assets',
    kind: 'publish_release',
    operation: { ...releaseRequest, assets: Object.keys(assetFiles).map((path) => ({ path })) },
    repositories: alone,
    expected: {
      ...none,
      releases: [
        { ...release, assets: Object.entries(assetFiles).map(([name, text]) => `${name}: ${text}`) },
      ],
      tags: [tag],
    },
  },
  {
    name: 'release, draft',
    kind: 'publish_release',
    operation: { ...releaseRequest, draft: true },
    repositories: alone,
    expected: { ...none, releases: [{ ...release, draft: true }] },
  },
  {
    name: 'asset',
    kind: 'attach_release_asset',
    operation: {
      ...{ id: 'asset', kind: 'attach_release_asset', tag_name: tag.name },
      asset: { path: 'widgets.tgz' },
    },
    repositories: (place) => [
      {
        ...widgets(place),
        releases: [{ tag_name: tag.name, target_commitish: 'main', name: release.name }],
      },
    ],
    expected: {
      ...none,
      releases: [{ ...release, assets: [`widgets.tgz: ${assetFiles['widgets.tgz'] ?? ''}`] }],
      tags: [tag],
    },
  },
  {
    name: 'tag',
    kind: 'tag_repo',
    operation: { id: 'tag', kind: 'tag_repo', tag_name: tag.name, target: 'main', message: 'Widgets' },
    repositories: alone,
    expected: { ...none, tags: [tag] },
  },
  {
    name: 'pull',
    kind: 'open_pr',
    operation: pullRequest,
    repositories: alone,
    expected: { ...none, pulls: [pull] },
  },
  {
    name: 'pull, asked',
    kind: 'open_pr',
    operation: {
      ...pullRequest,
      ...{ labels: ['release', 'announcement'], reviewers: ['ada'], team_reviewers: ['docs'] },
    },
    repositories: alone,
    expected: {
      ...none,
      pulls: [{ ...pull, labels: ['announcement', 'release'], reviewers: ['ada'], teams: ['docs'] }],
    },
  },
  {
    name: 'pull, fork',
    kind: 'open_pr',
    // Set when the place is known: the fork's owner is in it.
    operation: pullRequest,
    repositories: (place) => [
      widgets(place),
      {
        ...{ owner: forkOwner(place), name: place.name, fork_of: `${place.owner}/${place.name}` },
        branches: [{ name: 'next', from: 'main', commits: ['four'] }],
      },
    ],
    expected: { ...none, pulls: [{ ...pull, head: 'four' }] },
  },
];

/** The plan for a subject at a place. */
export const planOf = (subject: Subject, place: Place): Readonly<Record<string, unknown>> => {
  const fork =
    subject.repositories(place).length > 1 ? { head_repository: `${forkOwner(place)}/${place.name}` } : {};
  return {
    mode: 'prod',
    repository: `${place.owner}/${place.name}`,
    operations: [{ ...subject.operation, ...fork }],
  };
};
