import {
  type EffectOutcome,
  type EffectResult,
  invariant,
  type Operation,
  type SideEffectPort,
} from '@marketops/contracts';
import type { GitHubClient, GitHubReads } from '@marketops/github';
import { lookUpPull, openPr } from './executors/open-pr.js';
import { publishRelease } from './executors/publish-release.js';
import type { PathOfDigest } from './executors/release-assets.js';
import { lookUpRelease } from './executors/release-lookup.js';
import type { Sighting } from './executors/sighting.js';
import { lookUpTag, tagRepo } from './executors/tag-repo.js';
import { GatedOperation } from './gate/gated-operation.js';

/**
 * The live side of the one boundary (laws D2, P7): takes nothing but what the gate made, and is the only caller of the
 * executors.
 */
export class LiveSideEffectPort implements SideEffectPort<GatedOperation> {
  readonly #github: GitHubClient;
  readonly #markerOf: (operation: GatedOperation) => string;
  readonly #pathOf: PathOfDigest;

  constructor(github: GitHubClient, markerOf: (gated: GatedOperation) => string, pathOf: PathOfDigest) {
    this.#github = github;
    this.#markerOf = markerOf;
    this.#pathOf = pathOf;
  }

  async perform(gated: GatedOperation): Promise<Extract<EffectOutcome, { outcome: 'succeeded' }>> {
    invariant(GatedOperation.is(gated), 'only what the gate has passed crosses the boundary');
    return { outcome: 'succeeded', result: await this.#execute(gated, this.#markerOf(gated)) };
  }

  #execute(gated: GatedOperation, marker: string): Promise<EffectResult> {
    switch (gated.operation.kind) {
      case 'publish_release':
        return publishRelease(this.#github, gated, marker, this.#pathOf);
      case 'tag_repo':
        return tagRepo(this.#github, gated, marker);
      case 'open_pr':
        return openPr(this.#github, gated, marker);
    }
  }
}

/** Reads only, so it needs no gate: what has become of an operation that may have been executed. */
export function lookUpEffect(reads: GitHubReads, operation: Operation, marker: string): Promise<Sighting> {
  switch (operation.kind) {
    case 'publish_release':
      return lookUpRelease(reads, { operation, marker });
    case 'tag_repo':
      return lookUpTag(reads, { operation, marker });
    case 'open_pr':
      return lookUpPull(reads, { operation, marker });
  }
}
