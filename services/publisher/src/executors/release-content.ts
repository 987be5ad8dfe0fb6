import type { EffectResult, PublishRelease } from '@marketops/contracts';
import type { Asset, NewRelease, Release, Tag } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { isAuthorized } from './asset-upload.js';
import { marked, type Order, saysSame } from './order.js';

export type ReleaseOrder = Order<PublishRelease>;

/** What is sent, whole: every field that GitHub would otherwise choose a default for. */
export const releaseFields = (order: ReleaseOrder, draft: boolean): NewRelease => ({
  tagName: order.operation.tag_name,
  targetCommitish: order.operation.target_sha,
  name: order.operation.release_name,
  body: marked(order.operation.body, order),
  draft,
  prerelease: order.operation.prerelease,
  makeLatest: order.operation.make_latest,
});

/** Names of the fields in which a release differs from what was authorized; its state and assets aside. */
export function differingFields(order: ReleaseOrder, release: Release): string[] {
  const { operation } = order;
  const differs: Readonly<Record<string, boolean>> = {
    tag_name: release.tagName !== operation.tag_name,
    name: release.name !== operation.release_name,
    body: !saysSame(release.body, operation.body, order),
    prerelease: release.prerelease !== operation.prerelease,
    // Once published the tag decides, and the tag is compared by its commit.
    target: release.draft && release.targetCommitish !== operation.target_sha,
  };
  return Object.keys(differs).filter((name) => differs[name] === true);
}

/** A tag that exists wins over `target_commitish`: a release would ship another commit than was authorized. */
export function checkTag(tag: Tag | null, operation: Pick<PublishRelease, 'tag_name' | 'target_sha'>): void {
  if (tag === null || tag.peeledSha === operation.target_sha) return;
  throw new PublisherError(
    'tag_elsewhere',
    `The tag ${operation.tag_name} names ${tag.peeledSha}; ${operation.target_sha} was authorized.`,
  );
}

/** Whether it has exactly the authorized assets, as far as its server can tell; asked alike before publishing, after it, and when it is found again. */
export const isComplete = (assets: readonly Asset[], order: ReleaseOrder): boolean =>
  hasExactly(assets, order) || isDigestless(assets, order);

/** A server that reckons no digests: what was uploaded has been hashed on its way, so names and sizes decide. */
const isDigestless = (assets: readonly Asset[], order: ReleaseOrder): boolean => {
  const digests = new Map(order.operation.assets.map(({ name, sha256 }) => [name, sha256]));
  return (
    assets.every(({ sha256 }) => sha256 === null) &&
    hasExactly(
      assets.map((asset) => ({ ...asset, sha256: digests.get(asset.name) ?? null })),
      order,
    )
  );
};

/** Whether the release has exactly the authorized assets: none missing, none changed, none added. */
function hasExactly(assets: readonly Asset[], { operation }: ReleaseOrder): boolean {
  const byName = new Map(assets.map((asset) => [asset.name, asset]));
  return (
    assets.length === operation.assets.length &&
    operation.assets.every((wanted) => {
      const asset = byName.get(wanted.name);
      return asset !== undefined && isAuthorized(asset, wanted);
    })
  );
}

export const releaseResult = (
  order: ReleaseOrder,
  release: Release,
  assets: readonly Asset[],
  adopted: boolean,
): EffectResult => ({
  remote_id: String(release.id),
  url: release.htmlUrl.slice(0, 1_000),
  adopted,
  sha: order.operation.target_sha,
  immutable: release.immutable,
  assets: assets.map(({ id, name, sha256 }) => ({ name, remote_id: String(id), sha256: sha256 ?? '' })),
});
