import {
  type EffectOutcome,
  invariant,
  type Operation,
  type OperationKind,
  type SideEffectPort,
} from '@marketops/contracts';
import type { GitHubClient, GitHubReads } from '@marketops/github';
import type { PathOfDigest } from './executors/asset-upload.js';
import type { Executor, Executors, LookUp, Lookup } from './executors/executor.js';
import { executors as liveExecutors } from './executors/executors.js';
import type { Sighting } from './executors/sighting.js';
import { watchedClient } from './executors/watched-client.js';
import { type Reach, unwatched } from './fault-points.js';
import { GatedOperation } from './gate/gated-operation.js';

interface LiveOptions {
  readonly executors?: Executors;
  readonly reach?: Reach;
  /** When the execution began, where an earlier attempt of it came before this one; see `ExecutorTools`. */
  readonly earlierSinceMs?: number | undefined;
}

/**
 * The live side of the one boundary (laws D2, P7): takes nothing but what the gate made, and is the only caller of the
 * executors.
 */
export class LiveSideEffectPort implements SideEffectPort<GatedOperation> {
  readonly #github: GitHubClient;
  readonly #markerOf: (operation: GatedOperation) => string;
  readonly #pathOf: PathOfDigest;
  readonly #executors: Executors;
  readonly #reach: Reach;
  readonly #earlierSinceMs: number | undefined;

  constructor(
    github: GitHubClient,
    markerOf: (gated: GatedOperation) => string,
    pathOf: PathOfDigest,
    { executors = liveExecutors, reach = unwatched, earlierSinceMs }: LiveOptions = {},
  ) {
    this.#github = watchedClient(github, reach);
    this.#markerOf = markerOf;
    this.#pathOf = pathOf;
    this.#executors = executors;
    this.#reach = reach;
    this.#earlierSinceMs = earlierSinceMs;
  }

  async perform(gated: GatedOperation): Promise<Extract<EffectOutcome, { outcome: 'succeeded' }>> {
    invariant(GatedOperation.is(gated), 'only what the gate has passed crosses the boundary');
    const tools = {
      ...{ github: this.#github, marker: this.#markerOf(gated), pathOf: this.#pathOf, reach: this.#reach },
      earlierSinceMs: this.#earlierSinceMs,
    };
    const { act } = this.#executors[gated.operation.kind];
    return { outcome: 'succeeded', result: await act(tools, gated) };
  }
}

/** Whether what was done for an operation can be found again. */
export const lookupOf = ({ kind }: Pick<Operation, 'kind'>, executors: Executors = liveExecutors): Lookup =>
  executors[kind].lookup;

/**
 * Reads only, so it needs no gate: what has become of an operation that may have been executed. It must be one whose executor
 * can be asked (`lookupOf`).
 */
export function lookUpEffect(
  reads: GitHubReads,
  operation: Operation,
  marker: string,
  executors: Executors = liveExecutors,
): Promise<Sighting> {
  switch (operation.kind) {
    case 'publish_release':
      return exactly(executors.publish_release)(reads, { operation, marker });
    case 'tag_repo':
      return exactly(executors.tag_repo)(reads, { operation, marker });
    case 'open_pr':
      return exactly(executors.open_pr)(reads, { operation, marker });
    case 'attach_release_asset':
      return exactly(executors.attach_release_asset)(reads, { operation, marker });
  }
}

function exactly<Kind extends OperationKind>(executor: Executor<Kind>): LookUp<Kind> {
  invariant(executor.lookup === 'exact', 'an executor that cannot be asked was asked');
  return executor.lookUp;
}
