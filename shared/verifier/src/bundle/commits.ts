import { type CryptoPort, type OpenKeyring, ProofError } from '@marketops/proof';
import { z } from 'zod';
import { type JournalCommit, readCommit } from '../journal/commit.js';
import { isRevoked } from '../journal/errors.js';
import { keyWindowFault } from '../meaning/key-window.js';
import { entryFault } from './errors.js';

export type BundleCommit = JournalCommit;

/**
 * The ledger's word on each batch that holds an entry of the bundle, in order, each needed. It dates what was signed: a
 * key revoked later does not take the past with it.
 * @throws JournalError `commit_invalid`, `key_revoked`, `key_out_of_time`
 */
export function readCommits(
  crypto: CryptoPort,
  texts: readonly string[],
  keyring: OpenKeyring,
): BundleCommit[] {
  let last = 0;
  let lastAt = '';
  return texts.map((text) => {
    let commit: JournalCommit;
    try {
      commit = readCommit(crypto, text, keyring);
    } catch (cause) {
      if (!(cause instanceof ProofError) && !(cause instanceof z.ZodError)) throw cause;
      if (isRevoked(cause))
        throw entryFault('key_revoked', last + 1, 'the key that signed a commit has been revoked', cause);
      throw entryFault(
        'commit_invalid',
        last + 1,
        'a commit after this is not what the ledger signed',
        cause,
      );
    }
    if (commit.first_sequence <= last || commit.last_sequence < commit.first_sequence)
      throw entryFault('commit_invalid', commit.first_sequence, 'the commits are not in their order');
    if (commit.committed_at < lastAt)
      throw entryFault(
        'commit_invalid',
        commit.first_sequence,
        `its batch says it was committed at ${commit.committed_at}, and one before it at ${lastAt}`,
      );
    const at = commit.committed_at;
    const outOfTime = keyWindowFault(keyring.describe(commit.key_id), { signedAt: at, receivedAt: at });
    if (outOfTime !== undefined) throw entryFault(outOfTime.code, commit.first_sequence, outOfTime.what);
    last = commit.last_sequence;
    lastAt = commit.committed_at;
    return commit;
  });
}

interface Committed {
  readonly entry: { readonly sequence: number };
  readonly hash: string;
}

/** The commit that covers a segment. @throws JournalError `commit_invalid` */
export function commitOf(commits: readonly BundleCommit[], entries: readonly Committed[]): BundleCommit {
  const first = entries[0]?.entry.sequence ?? 0;
  const last = entries.at(-1);
  const commit = atOrBefore(commits, first);
  if (commit === undefined || last === undefined || last.entry.sequence > commit.last_sequence)
    throw entryFault('commit_invalid', first, 'no commit of the ledger covers it');
  if (last.entry.sequence === commit.last_sequence && last.hash !== commit.last_hash)
    throw entryFault('commit_invalid', last.entry.sequence, 'the commit ends with another entry');
  return commit;
}

/** The last commit that begins no later. */
function atOrBefore(commits: readonly BundleCommit[], sequence: number): BundleCommit | undefined {
  let low = 0;
  let high = commits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((commits[middle]?.first_sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return commits[low - 1];
}

/** A commit nobody needs would be a place to hide something in. @throws JournalError `commit_invalid` */
export function checkAllNeeded(commits: readonly BundleCommit[], entries: readonly Committed[]): void {
  const needed = new Set(entries.map(({ entry }) => atOrBefore(commits, entry.sequence)));
  const idle = commits.find((commit) => !needed.has(commit));
  if (idle !== undefined)
    throw entryFault('commit_invalid', idle.first_sequence, 'this commit covers nothing of the bundle');
}
