import { ancestry } from './git.js';
import type { Commit, ObjectStore } from './model.js';

export interface Comparison {
  readonly mergeBase: Commit;
  readonly status: 'diverged' | 'ahead' | 'behind' | 'identical';
  readonly aheadBy: number;
  readonly behindBy: number;
  /** What the head has and the base has not, parents before children. */
  readonly commits: readonly Commit[];
}

/** Parents before children; among those, the first parent's line first. */
function inOrder(store: ObjectStore, head: string, excluded: ReadonlySet<string>): Commit[] {
  const ordered: Commit[] = [];
  const seen = new Set(excluded);
  const open: { sha: string; entered: boolean }[] = [{ sha: head, entered: false }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const commit = store.commits.get(at.sha);
    if (commit === undefined) continue;
    if (at.entered) {
      ordered.push(commit);
    } else if (!seen.has(at.sha)) {
      seen.add(at.sha);
      open.push({ sha: at.sha, entered: true });
      for (const parent of commit.parents.toReversed()) open.push({ sha: parent, entered: false });
    }
  }
  return ordered;
}

/** Compares as `base...head` does: from their merge base. Undefined where they have no common ancestor. */
export function compare(store: ObjectStore, base: Commit, head: Commit): Comparison | undefined {
  const ofBase = ancestry(store, base.sha);
  const ofHead = ancestry(store, head.sha);
  const commits = inOrder(store, head.sha, ofBase);
  const behindBy = [...ofBase].filter((sha) => !ofHead.has(sha)).length;
  const common = inOrder(store, head.sha, new Set()).filter((commit) => ofBase.has(commit.sha));
  const mergeBase = common.at(-1);
  if (mergeBase === undefined) return undefined;
  const ahead = commits.length > 0;
  const status = ahead ? (behindBy > 0 ? 'diverged' : 'ahead') : behindBy > 0 ? 'behind' : 'identical';
  return { mergeBase, status, aheadBy: commits.length, behindBy, commits };
}
