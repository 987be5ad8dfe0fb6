import type { ArtifactFacts } from '../ports/artifacts.js';
import type { AssetFacts, Changes, ReleaseFacts, RepositoryFacts } from '../ports/discovery.js';

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
  /** Where the head's branch lies, or why that cannot be said; null for the operation's own repository. */
  readonly head_repository: RepositoryFacts | { readonly fault: string } | null;
  readonly base: { readonly ref: string; readonly sha: string | null } | null;
  readonly body: { readonly text: string } | { readonly fault: string } | null;
  /** Labels that do not exist. */
  readonly labels_missing: readonly string[];
  /** Who may not be asked to review; whether a team may cannot be read. */
  readonly reviewers_refused: readonly string[];
  /** The published release of the tag. */
  readonly release: ReleaseFacts | null;
  /** What that release has under the name of the asset that is to be added; null for nothing, and for every other kind. */
  readonly asset_there: AssetFacts | null;
  /** What generated notes are made of; null where none were asked for. */
  readonly changes: ChangeFacts | null;
  readonly assets: readonly { readonly path: string; readonly file: ArtifactFacts }[];
}

export type Facts = Readonly<Record<string, OperationFacts>>;

export type ChangeFacts =
  | {
      /** Where the notes begin; null when nothing was released before. */
      readonly since: string | null;
      readonly changes: Changes;
    }
  | { readonly fault: string };
