import type { EffectResult, Operation, PublishRelease } from '@marketops/contracts';
import type { Asset, GitHubReads, RepositoryAt } from '@marketops/github';
import { isOurs, type Order, saysSame } from '../executors/order.js';
import { differingFields } from '../executors/release-content.js';
import { isUnreadable, orUnreadable, type Unreadable } from './unreadable.js';

/** What stands where an effect was made. */
export interface Observation {
  /** Null where it is as it was authorized. */
  readonly drift: 'edited' | 'deleted' | null;
  readonly differs: readonly string[];
  /** All that was compared, so that one change is told from the next. */
  readonly observed: unknown;
  /** Some of it cannot be read: drift only if GitHub answers properly otherwise. */
  readonly isUnreadable: boolean;
}

export interface Observed<Kind extends Operation = Operation> {
  readonly reads: GitHubReads;
  /** Where the repository is now: it may have been renamed. */
  readonly at: RepositoryAt;
  readonly order: Order<Kind>;
  readonly result: EffectResult;
}

const deleted: Observation = {
  ...{ drift: 'deleted', differs: [], observed: { deleted: true }, isUnreadable: false },
};

const observation = (differs: readonly string[], observed: object): Observation => ({
  drift: differs.length > 0 ? 'edited' : null,
  differs,
  observed,
  isUnreadable: Object.values(observed).some(isUnreadable),
});

const unreadable = (it: Unreadable): Observation => observation(['unreadable'], { whole: it });

const namesOf = (differs: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(differs).filter((name) => differs[name] === true);

/**
 * Looks at one effect by the number GitHub gave it. Reads only. What cannot be read is a value like any other: it differs.
 * @returns undefined for a draft that is not seen by whoever may see none
 * @throws GitHubError
 */
export function observe(the: Observed): Promise<Observation | undefined> {
  const { order } = the;
  const { operation } = order;
  switch (operation.kind) {
    case 'publish_release':
      return observeRelease({ ...the, order: { ...order, operation } });
    case 'tag_repo':
      return observeTag({ ...the, order: { ...order, operation } });
    case 'open_pr':
      return observePull({ ...the, order: { ...order, operation } });
  }
}

type Of<Kind extends Operation['kind']> = Observed<Extract<Operation, { kind: Kind }>>;

/**
 * Fields, state, assets, and the commit its tag names. Not which release is the latest: the next one takes that place. Two or
 * three requests.
 */
async function observeRelease({
  reads,
  at,
  order,
  result,
}: Of<'publish_release'>): Promise<Observation | undefined> {
  const { operation } = order;
  const release = await orUnreadable(reads.getRelease(at, Number(result.remote_id)));
  if (isUnreadable(release)) return unreadable(release);
  // GitHub hides drafts from whoever may not write: only to who sees another one is this one gone.
  if (release === null) return !operation.draft || (await seesDrafts(reads, at)) ? deleted : undefined;
  const assets = await orUnreadable(assetsOf(reads, at, release.id));
  const tag = release.draft ? null : await orUnreadable(reads.getTag(at, release.tagName));
  const differs = [
    ...differingFields(order, release),
    ...namesOf({
      draft: release.draft !== operation.draft,
      assets: isUnreadable(assets) || !areAsMade(assets, operation, result),
      tag: !release.draft && (isUnreadable(tag) || tag?.peeledSha !== operation.target_sha),
    }),
  ];
  const { tagName, name, body, draft, prerelease, targetCommitish } = release;
  const target = draft ? targetCommitish : null;
  return observation(differs, { tagName, name, body, draft, prerelease, target, assets, tag });
}

type SeenAsset = Pick<Asset, 'id' | 'name' | 'state' | 'sizeBytes' | 'sha256'>;

async function assetsOf(reads: GitHubReads, at: RepositoryAt, releaseId: number): Promise<SeenAsset[]> {
  const assets: SeenAsset[] = [];
  for await (const { id, name, state, sizeBytes, sha256 } of reads.listAssets(at, releaseId))
    assets.push({ id, name, state, sizeBytes, sha256 });
  return assets.sort((one, other) => one.id - other.id);
}

function areAsMade(
  assets: readonly SeenAsset[],
  { assets: wanted }: PublishRelease,
  { assets: made }: EffectResult,
) {
  const madeIds = new Map(made.map(({ name, remote_id: id }) => [name, id]));
  const isAsMade = wanted.every(({ name, size_bytes, sha256 }) => {
    const asset = assets.find((one) => one.name === name);
    if (asset?.state !== 'uploaded' || asset.sizeBytes !== size_bytes) return false;
    // A server that reckons no digests: an asset that was exchanged has another number.
    return asset.sha256 === null ? madeIds.get(name) === String(asset.id) : asset.sha256 === sha256;
  });
  return assets.length === wanted.length && isAsMade;
}

/** Of so many of the newest releases one must be a draft: a request for each 100. */
const draftAmong = 1_000;

async function seesDrafts(reads: GitHubReads, at: RepositoryAt): Promise<boolean> {
  let listed = 0;
  for await (const { draft } of reads.listReleases(at)) {
    if (draft) return true;
    listed += 1;
    if (listed === draftAmong) return false;
  }
  return false;
}

/** One request, two for an annotated tag. */
async function observeTag({ reads, at, order }: Of<'tag_repo'>): Promise<Observation> {
  const { tag_name, target_sha, message } = order.operation;
  const tag = await orUnreadable(reads.getTag(at, tag_name));
  if (isUnreadable(tag)) return unreadable(tag);
  if (tag === null) return deleted;
  const differs = namesOf({
    target: tag.peeledSha !== target_sha,
    maker: !tag.annotated || !isOurs(tag.message, order),
    message: !saysSame(tag.message, message, order),
  });
  return observation(differs, tag);
}

/**
 * What would be merged, and where to: those were authorized by commit. Its title, text, labels, reviewers, and whether it is a
 * draft, are for the people who work on it, as are merging and closing it. One request.
 */
async function observePull({ reads, at, order, result }: Of<'open_pr'>): Promise<Observation> {
  const pull = await orUnreadable(reads.getPull(at, Number(result.remote_id)));
  if (isUnreadable(pull)) return unreadable(pull);
  if (pull === null) return deleted;
  const { head, base } = order.operation;
  const differs = namesOf({ head: pull.head.sha !== head.sha, base: pull.base.ref !== base.ref });
  return observation(differs, { head: pull.head.sha, base: pull.base.ref });
}
