import type { ArtifactFacts } from '../ports/artifacts.js';
import type { RepositoryFacts } from '../ports/discovery.js';

/** What discovery found for one requested operation. Plain data: its digest goes into the event. */
export interface OperationFacts {
  readonly repository: RepositoryFacts | null;
  /** Why there is no repository. */
  readonly repository_fault: string | null;
  /** Does the repository's account have a credential here? */
  readonly account_configured: boolean;
  /** The commit the named (or default) target stands for. */
  readonly target: { readonly revision: string; readonly sha: string | null } | null;
  /** Where the tag points today; null when there is none. */
  readonly tag: { readonly sha: string | null } | null;
  readonly head: { readonly ref: string; readonly sha: string | null } | null;
  readonly base: { readonly ref: string; readonly sha: string | null } | null;
  readonly body: { readonly text: string } | { readonly fault: string } | null;
  readonly assets: readonly { readonly path: string; readonly file: ArtifactFacts }[];
}

export type Facts = Readonly<Record<string, OperationFacts>>;
