import type { PublishRelease, Repository, RetryClass } from '@marketops/contracts';
import { type Asset, type GitHubClient, GitHubError, isAlreadyThere } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { isAuthorized, type ReleaseOrder } from './release-content.js';
import { assetsOf, conflict, type LeftDraft } from './release-lookup.js';

type Wanted = PublishRelease['assets'][number];

/** Where the bytes of a digest lie. The client hashes them again while it sends them, and holds the last chunk back. */
export type PathOfDigest = (sha256: string) => string;

/**
 * Brings our draft's assets to what was authorized: what is missing is uploaded, what broke off or differs under an
 * authorized name is deleted and uploaded anew. A name nobody authorized stops everything: somebody else is in our draft.
 */
export async function completeAssets(
  github: GitHubClient,
  order: ReleaseOrder,
  { release, assets }: LeftDraft,
  pathOf: PathOfDigest,
): Promise<void> {
  const { repository, assets: wanted } = order.operation;
  const authorized = new Set(wanted.map(({ name }) => name));
  const stranger = assets.find(({ name }) => !authorized.has(name));
  if (stranger !== undefined)
    throw conflict(order, release, `holds ${stranger.name}, which was not authorized`);
  const present = new Map(assets.map((asset) => [asset.name, asset]));
  // One after the other: GitHub asks for serial writes, and each asks the kill switch.
  for (const one of wanted) {
    const found = present.get(one.name);
    if (found !== undefined && isAuthorized(found, one)) continue;
    if (found !== undefined) await remove(github, repository, found);
    await upload(github, order, { release, assets }, one, pathOf);
  }
}

async function upload(
  github: GitHubClient,
  order: ReleaseOrder,
  { release }: LeftDraft,
  wanted: Wanted,
  pathOf: PathOfDigest,
): Promise<void> {
  const { name, size_bytes: sizeBytes, sha256, content_type: contentType } = wanted;
  let stored: Asset | undefined;
  try {
    const bytes = { name, sizeBytes, sha256, contentType, path: pathOf(sha256) };
    stored = await github.uploadAsset(order.operation.repository, release.id, bytes);
  } catch (fault) {
    // An earlier attempt's upload arrived after all.
    if (!isAlreadyThere(fault)) throw fault;
    stored = (await assetsOf(github, order, release)).find((asset) => asset.name === name);
    // What is not complete yet, or broke off, is replaced by the next attempt.
    return checkStored(stored, wanted, 'transient');
  }
  checkStored(stored, wanted, 'terminal');
}

async function remove(github: GitHubClient, repository: Repository, { id }: Asset): Promise<void> {
  try {
    await github.deleteAsset(repository, id);
  } catch (fault) {
    // An earlier attempt's deletion arrived after all.
    if (!(fault instanceof GitHubError) || fault.code !== 'not_found') throw fault;
  }
}

/** GitHub renames what it does not like and says what it stored: both are compared. */
function checkStored(stored: Asset | undefined, wanted: Wanted, retry: RetryClass): void {
  // A server too old to reckon digests: our own hash of what was sent has held, and the size is compared.
  const sha256 = stored?.sha256 ?? wanted.sha256;
  if (stored !== undefined && isAuthorized({ ...stored, sha256 }, wanted)) return;
  const shown =
    stored === undefined ? 'nothing' : `${stored.name}, ${stored.sizeBytes} bytes, ${stored.sha256}`;
  throw new PublisherError(
    'asset_mismatch',
    `${wanted.name} (${wanted.size_bytes} bytes, ${wanted.sha256}) was stored as ${shown}.`,
    { retry },
  );
}
