import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LedgerError } from '../errors.js';
import { syncFolder } from './disk.js';

const termName = (term: number): string => String(term).padStart(10, '0');
const termMax = 9_999_999_999;
const isTermName = (name: string): boolean => /^\d{10}$/.test(name);

/** A term that is claimed, and the folder for drafts that goes with it. */
export interface ClaimedTerm {
  readonly term: number;
  /** `<terms>/<term>/<nonce>`. It is gone once a higher term is claimed: a rename out of it is the last thing that can fail. */
  readonly drafts: string;
}

/**
 * Claims the next term above every one known: of the journal, of Redis, and of writers that claimed one and died before
 * they wrote. Terms rise; they need not be consecutive.
 *
 * A claim is a folder, made exclusively; what its writer puts into place it writes there first. The claims below it are
 * taken away before this returns, and with them every draft of an older writer: whatever such a writer was about to put
 * into place, it now cannot. A claim that comes late (others were made and taken away since it looked) finds the higher one
 * and withdraws: the highest claim is never taken away but for a higher one.
 */
export async function claimTerm(dir: string, knownTerms: readonly number[]): Promise<ClaimedTerm> {
  for (;;) {
    const term = Math.max(0, ...knownTerms, ...(await claimedTerms(dir))) + 1;
    if (term > termMax)
      throw new LedgerError(
        'journal_damaged',
        `A file of the journal, a claim or Redis names term ${term - 1}, which no ledger reaches. Look which, and put it aside.`,
      );
    const claimed = await claimExactly(dir, term);
    if (claimed !== undefined) return claimed;
  }
}

/** Claims this term and no other. @returns undefined where it, or a higher one, is claimed already */
export async function claimExactly(dir: string, term: number): Promise<ClaimedTerm | undefined> {
  await mkdir(dir, { recursive: true, mode: 0o750 });
  const drafts = await makeClaim(dir, term);
  if (drafts === undefined) return undefined;
  if ((await claimedTerms(dir)).some((other) => other > term)) {
    await rm(drafts, { recursive: true, force: true });
    await rmdir(dirname(drafts)).catch(() => undefined);
    return undefined;
  }
  await takeAwayBelow(dir, term);
  await syncFolder(dir);
  return { term, drafts };
}

/** @returns undefined where somebody else has it */
async function makeClaim(dir: string, term: number): Promise<string | undefined> {
  const claim = join(dir, termName(term));
  // Not the term's name alone: a claim that comes late may make a folder of the same name once more.
  const drafts = join(claim, randomBytes(8).toString('hex'));
  try {
    await mkdir(claim, { mode: 0o750 });
    await mkdir(drafts, { mode: 0o750 });
    return drafts;
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    // ENOENT: taken away in between.
    if (code === 'EEXIST' || code === 'ENOENT') return undefined;
    throw fault;
  }
}

/** First out of the way, in one step that takes all drafts along; then removed. */
async function takeAwayBelow(dir: string, term: number): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!isTermName(name)) {
      await rm(join(dir, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    } else if (Number(name) < term) {
      const aside = join(dir, `${name}.${randomBytes(8).toString('hex')}.ended`);
      await rename(join(dir, name), aside).catch(ignoreGone);
      await rm(aside, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    }
  }
}

const ignoreGone = (fault: unknown): void => {
  if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
};

/** The terms that are claimed in a folder; none where there is no folder. */
export async function claimedTerms(dir: string): Promise<number[]> {
  try {
    return (await readdir(dir)).filter(isTermName).map(Number);
  } catch (fault) {
    ignoreGone(fault);
    return [];
  }
}
