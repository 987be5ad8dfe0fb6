import { isDeepStrictEqual } from 'node:util';
import type { Repository, SimulatedGitHub } from '@marketops/local';
import type { Place } from './subjects.js';

/** Everything that somebody can see in a repository and that it did not have at first. Lists in a fixed order. */
export interface Effects {
  readonly releases: readonly {
    readonly tag: string;
    readonly name: string | null;
    readonly draft: boolean;
    /** `name: content` of what is whole; anything else is said in its place. */
    readonly assets: readonly string[];
  }[];
  /** With the message of the commit that the ref leads to. */
  readonly tags: readonly { readonly name: string; readonly commit: string }[];
  readonly pulls: readonly {
    readonly title: string;
    readonly state: string;
    readonly draft: boolean;
    /** Messages of the commits at both ends. */
    readonly head: string;
    readonly base: string;
    readonly labels: readonly string[];
    readonly reviewers: readonly string[];
    readonly teams: readonly string[];
  }[];
}

const tagPrefix = 'refs/tags/';

export function effectsAt(github: SimulatedGitHub, { owner, name }: Place): Effects {
  const repository = github.state.repository(`${owner}/${name}`);
  const commit = (sha: string): string => repository.objects.commits.get(sha)?.message ?? sha;
  return {
    releases: [...repository.releases.values()].map((release) => ({
      tag: release.tagName,
      name: release.name,
      draft: release.draft,
      assets: [...release.assets.values()].map((asset) =>
        asset.state === 'uploaded'
          ? `${asset.name}: ${asset.bytes.toString('utf8')}`
          : `${asset.name} broke off`,
      ),
    })),
    tags: [...repository.refs].flatMap(([ref, sha]) =>
      ref.startsWith(tagPrefix)
        ? [{ name: ref.slice(tagPrefix.length), commit: commit(peeled(repository, sha)) }]
        : [],
    ),
    pulls: [...repository.pulls.values()].map((pull) => ({
      ...{ title: pull.title, state: pull.state, draft: pull.draft },
      ...{ head: commit(pull.head.sha), base: commit(pull.base.sha) },
      labels: pull.labels.map((label) => label.name).sort(),
      reviewers: pull.requestedReviewers.map(({ login }) => login).sort(),
      teams: pull.requestedTeams.map(({ slug }) => slug).sort(),
    })),
  };
}

const peeled = ({ objects }: Repository, sha: string): string =>
  objects.tagObjects.get(sha)?.target.sha ?? sha;

/** Law X2, counted where it counts: what GitHub shows is what was authorized, no more of it and no less. */
export const effectFaults = (seen: Effects, expected: Effects): string[] =>
  (['releases', 'tags', 'pulls'] as const).flatMap((part) =>
    isDeepStrictEqual(seen[part], expected[part])
      ? []
      : [
          `exactlyOneEffect: ${part} ${JSON.stringify(seen[part])}, authorized ${JSON.stringify(expected[part])}`,
        ],
  );
