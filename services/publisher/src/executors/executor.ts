import type { EffectResult, Operation, OperationKind } from '@marketops/contracts';
import type { GitHubClient, GitHubReads } from '@marketops/github';
import type { Reach } from '../fault-points.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import type { PathOfDigest } from './asset-upload.js';
import type { Order } from './order.js';
import type { Sighting } from './sighting.js';

/** What an executor works with, for one attempt. */
export interface ExecutorTools {
  readonly github: GitHubClient;
  /** The line by which what it makes is found again. */
  readonly marker: string;
  readonly pathOf: PathOfDigest;
  readonly reach: Reach;
  /**
   * When this execution began, where an earlier attempt of it may have left something behind; undefined in its first, in which
   * nothing that is there can be its own. Milliseconds since 1970.
   */
  readonly earlierSinceMs: number | undefined;
}

type OperationOf<Kind extends OperationKind> = Extract<Operation, { kind: Kind }>;

type Act = (tools: ExecutorTools, gated: GatedOperation) => Promise<EffectResult>;
export type LookUp<Kind extends OperationKind> = (
  reads: GitHubReads,
  order: Order<OperationOf<Kind>>,
) => Promise<Sighting>;

/**
 * Whether what an executor did can be found again, whatever became of the answer.
 *
 * `exact`: it looks up, acts, verifies; an unanswered act may be tried again for that reason alone, and there is at most one
 * effect, always. `none`: its provider cannot be asked, so it acts once, by one write as its last step; an execution
 * that may have acted and did not hear of it is `operation.uncertain`, which a person settles (law X2). It has no look-up that
 * could be called by mistake.
 */
export type Executor<Kind extends OperationKind> =
  | {
      readonly lookup: 'exact';
      readonly act: Act;
      readonly lookUp: LookUp<Kind>;
    }
  | { readonly lookup: 'none'; readonly act: Act };

export type Lookup = Executor<OperationKind>['lookup'];
export type Executors = { readonly [Kind in OperationKind]: Executor<Kind> };
