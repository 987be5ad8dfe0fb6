import type { Reason } from '@marketops/contracts';
import type { Selected } from './2-select.js';
import { assetName } from './asset-name.js';
import { missing } from './missing.js';

/** What an asset of a published release lacks. The same bytes under its name lack nothing: they are adopted. */
export function attachmentMissing({ facts, requested, fullName }: Selected): Reason[] {
  if (requested.kind !== 'attach_release_asset') return [];
  const { tag_name: tagName } = requested;
  const { release, tag, asset_there: there } = facts;
  const [taken] = facts.assets;
  if (release === null || tag?.sha == null) {
    return [
      missing(
        'release_missing',
        `There is no published release of ${tagName} in ${fullName}.`,
        'Publish it first, or name the tag of one that is published; a draft takes its assets when it is planned.',
      ),
    ];
  }
  const name = assetName(requested.asset);
  const sha256 = taken === undefined || 'fault' in taken.file ? undefined : taken.file.sha256;
  if (there?.complete === true) {
    if (sha256 === undefined || there.sha256 === sha256) return [];
    return [
      missing(
        'asset_exists',
        `The release of ${tagName} in ${fullName} has an asset ${name} already, with ${there.sha256 === null ? 'bytes that GitHub shows no digest of' : `the digest ${there.sha256}`}.`,
        'Choose another name; what is published there is not replaced.',
      ),
    ];
  }
  const found: Reason[] = [];
  if (there !== null)
    found.push(
      missing(
        'asset_unfinished',
        `An upload of ${name} to the release of ${tagName} in ${fullName} has not ended, or broke off.`,
        'Wait until it has ended; if nobody is uploading it, delete that asset at GitHub.',
      ),
    );
  if (release.immutable)
    found.push(
      missing(
        'release_immutable',
        `The release of ${tagName} in ${fullName} is immutable: it takes no more assets.`,
        'Keep the file elsewhere, or attach it to another release.',
      ),
    );
  return found;
}
