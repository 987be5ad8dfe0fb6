/**
 * Where the reconciler keeps in Redis what to look at. None of it is true by being there: a hint only says which stream to read.
 *
 *     seen          operations that were started, each with the time when its effect was last looked at
 *     names         `<repository id> <tag> <run>/<operation>` of the same, to find who may have made what stands under a tag
 *     repositories  hash: repository id → owner/name
 *     tags:<id>     names of a repository's tags that are known
 */
const parts = ['seen', 'names', 'repositories'] as const;

type HintPart = (typeof parts)[number];

export const hintKey = (account: string, part: HintPart): string =>
  `mo:effects:{${account.toLowerCase()}}:${part}`;

export const knownTagsKey = (account: string, repositoryId: number): string =>
  `mo:effects:{${account.toLowerCase()}}:tags:${repositoryId}`;

/** Held by the process that reconciles now, or by nobody until the next pass is due. */
export const reconcilerLeaseKey = 'mo:effects:lease';
/** Hash: how far the streams have been gone through for hints that were lost. */
export const hintScanKey = 'mo:effects:scan';

/** Every one of them, for Redis users. */
export const hintKeyPattern = 'mo:effects:*';
