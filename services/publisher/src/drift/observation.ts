import type { AttachReleaseAsset, EffectResult, Operation } from '@marketops/contracts';
import type { GitHubReads, RepositoryAt } from '@marketops/github';
import { isOurs, type Order, saysSame } from '../executors/order.js';
import { differingFields } from '../executors/release-content.js';
import { areAttached, isAsMade, type SeenAsset, seenAssets } from './seen-assets.js';
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
  /** What operations of ours may have added to the release of this number; undefined where that cannot be told. */
  readonly attachedTo: (release: string) => Promise<readonly AttachReleaseAsset[] | undefined>;
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
    case 'attach_release_asset':
      return observeAttachment({ ...the, order: { ...order, operation } });
  }
}

type Of<Kind extends Operation['kind']> = Observed<Extract<Operation, { kind: Kind }>>;

/**
 * Fields, state, assets, and the commit its tag names. Not which release is the latest: the next one takes that place; and what
 * other operations of ours have attached belongs to it. Two or three requests.
 */
async function observeRelease({
  reads,
  at,
  order,
  result,
  attachedTo,
}: Of<'publish_release'>): Promise<Observation | undefined> {
  const { operation } = order;
  const release = await orUnreadable(reads.getRelease(at, Number(result.remote_id)));
  if (isUnreadable(release)) return unreadable(release);
  // GitHub hides drafts from whoever may not write: only to who sees another one is this one gone.
  if (release === null) return !operation.draft || (await seesDrafts(reads, at)) ? deleted : undefined;
  const assets = await orUnreadable(seenAssets(reads, at, release.id));
  const tag = release.draft ? null : await orUnreadable(reads.getTag(at, release.tagName));
  const areAsMade = async (seen: readonly SeenAsset[]): Promise<boolean> => {
    const wanted = new Map(operation.assets.map((one) => [one.name, one]));
    for (const one of wanted.values()) {
      const asset = seen.find(({ name }) => name === one.name);
      if (!isAsMade(asset, one, result)) return false;
    }
    const added = seen.filter(({ name }) => !wanted.has(name));
    if (added.length === 0) return true;
    const attached = await attachedTo(result.remote_id);
    return attached === undefined || areAttached(added, attached);
  };
  const differs = [
    ...differingFields(order, release),
    ...namesOf({
      draft: release.draft !== operation.draft,
      assets: isUnreadable(assets) || !(await areAsMade(assets)),
      tag: !release.draft && (isUnreadable(tag) || tag?.peeledSha !== operation.target_sha),
    }),
  ];
  const { tagName, name, body, draft, prerelease, targetCommitish } = release;
  const target = draft ? targetCommitish : null;
  return observation(differs, { tagName, name, body, draft, prerelease, target, assets, tag });
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

/** The asset's bytes, and that it still lies in the published release of its tag, at its commit. Three requests, four for an annotated tag. */
async function observeAttachment({
  reads,
  at,
  order,
  result,
}: Of<'attach_release_asset'>): Promise<Observation> {
  const { release_id, tag_name, target_sha, asset: wanted } = order.operation;
  const release = await orUnreadable(reads.getRelease(at, release_id));
  if (isUnreadable(release)) return unreadable(release);
  if (release === null) return deleted;
  const assets = await orUnreadable(seenAssets(reads, at, release_id));
  if (isUnreadable(assets)) return unreadable(assets);
  const asset = assets.find(({ name }) => name === wanted.name);
  if (asset === undefined) return deleted;
  const tag = await orUnreadable(reads.getTag(at, tag_name));
  const { tagName, draft } = release;
  const differs = namesOf({
    asset: !isAsMade(asset, wanted, result),
    tag_name: tagName !== tag_name,
    draft,
    tag: isUnreadable(tag) || tag?.peeledSha !== target_sha,
  });
  return observation(differs, { asset, tagName, draft, tag });
}
