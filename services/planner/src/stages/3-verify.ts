import {
  AssetName,
  Body,
  guarded,
  limits,
  type OperationKind,
  PullBody,
  type Reason,
} from '@marketops/contracts';
import { type Selected, tagMadeBefore } from './2-select.js';
import { assetName } from './asset-name.js';
import { missing } from './missing.js';
import { bodyCharsMax, bodyOf } from './notes.js';
import { attachmentMissing } from './verify-attachment.js';
import { pullMissing } from './verify-pull.js';

const pullBodyCharsMax = limits.pullBodyCharsMax - limits.markerCharsMax;
const bodyText = guarded(Body.max(bodyCharsMax));
const pullBodyText = guarded(PullBody.max(pullBodyCharsMax));
const nameOfAsset = guarded(AssetName);

/** Stage 3: which prerequisites of each operation are missing today. The publisher asks them again before it acts. */
export function verify(selected: readonly Selected[]): Map<string, Reason[]> {
  const all = new Map(selected.map((operation) => [operation.requested.id, operation]));
  return new Map(selected.map((operation) => [operation.requested.id, missingFor(operation, all)]));
}

function missingFor(operation: Selected, all: ReadonlyMap<string, Selected>): Reason[] {
  const { facts, fullName } = operation;
  if (!facts.account_configured) {
    return [
      missing(
        'account_not_configured',
        `No credential is configured for the account of ${fullName}.`,
        'Add the account to marketops.yml and give the publisher its token.',
      ),
    ];
  }
  if (facts.repository === null) {
    return [
      missing(
        'repository_missing',
        `${fullName} cannot be planned for: ${facts.repository_fault ?? 'it was not found'}`,
        'Check the name, and that the token may read it.',
      ),
    ];
  }
  const found: Reason[] = [];
  if (facts.repository.archived) {
    found.push(
      missing(
        'repository_archived',
        `${fullName} is archived.`,
        'Unarchive it, or plan for another repository.',
      ),
    );
  }
  found.push(...ownMissing(operation, all), ...releaseMissing(operation));
  if (facts.body !== null && 'fault' in facts.body) {
    found.push(missing('body_unreadable', facts.body.fault, 'Correct body_file.'));
  } else if (facts.body !== null) {
    found.push(...bodyInvalid(operation.requested.kind, bodyOf(operation)));
  }
  for (const { path, file } of facts.assets) {
    if ('fault' in file) {
      found.push(missing('asset_missing', file.fault, 'Build the file before planning, and check its path.'));
    } else if (file.size_bytes === 0) {
      found.push(
        missing(
          'asset_empty',
          `${path} is empty, and GitHub takes no empty asset.`,
          'Build the file before planning.',
        ),
      );
    }
  }
  return [...found, ...assetNamesWrong(operation)].slice(0, 20);
}

/** What its kind needs of the repository. */
function ownMissing(operation: Selected, all: ReadonlyMap<string, Selected>): Reason[] {
  switch (operation.requested.kind) {
    case 'open_pr':
      return pullMissing(operation);
    case 'attach_release_asset':
      return attachmentMissing(operation);
    default:
      return targetMissing(operation, all);
  }
}

function bodyInvalid(kind: OperationKind, body: string | null): Reason[] {
  const [shape, charsMax] = kind === 'open_pr' ? [pullBodyText, pullBodyCharsMax] : [bodyText, bodyCharsMax];
  if (shape.safeParse(body).success) return [];
  return [
    missing(
      'body_invalid',
      'The body is too long, has control, zero-width or bidirectional characters, or a line that begins <!-- marketops:.',
      `Correct the text: at most ${charsMax.toLocaleString('en')} characters.`,
    ),
  ];
}

function releaseMissing({ facts, requested, fullName }: Selected): Reason[] {
  if (requested.kind !== 'publish_release') return [];
  const { release, changes } = facts;
  const found: Reason[] = [];
  if (release !== null) {
    found.push(
      missing(
        'release_exists',
        `${requested.tag_name} has a published release in ${fullName} already${release.immutable ? ', an immutable one' : ''}.`,
        release.immutable
          ? 'Choose another tag name: this one stays taken, whatever becomes of that release.'
          : 'Choose another tag name, or delete that release.',
      ),
    );
  }
  if (changes !== null && 'fault' in changes) {
    found.push(
      missing(
        'notes_unavailable',
        `The notes cannot be made: ${changes.fault}.`,
        'Name a tag of this history as previous_tag_name, or write the notes yourself.',
      ),
    );
  }
  return found;
}

function targetMissing(operation: Selected, all: ReadonlyMap<string, Selected>): Reason[] {
  const { facts, requested, targetSha, fullName } = operation;
  const noTarget = missing(
    'target_missing',
    `${facts.target?.revision ?? 'The target'} is no commit of ${fullName}, or a branch and a tag of that name differ.`,
    'Push the commit or name another target.',
  );
  if (targetSha === null) return [noTarget];
  const tagSha = facts.tag?.sha ?? null;
  if (tagSha === null || tagMadeBefore(operation, all) !== undefined) return [];
  const named = 'target' in requested && requested.target !== undefined;
  const wanted = named ? (facts.target?.sha ?? null) : targetSha;
  if (wanted === null) return [noTarget];
  if (tagSha === wanted) return [];
  const tagName = 'tag_name' in requested ? requested.tag_name : '';
  return [
    missing(
      'tag_elsewhere',
      `The tag ${tagName} exists already at ${tagSha.slice(0, 12)}, not at the target ${wanted.slice(0, 12)}.`,
      'Choose another tag name, or the commit the tag points to.',
    ),
  ];
}

function assetNamesWrong({ requested }: Selected): Reason[] {
  const found: Reason[] = [];
  const seen = new Set<string>();
  for (const asset of assetsOf(requested)) {
    const name = assetName(asset);
    if (!nameOfAsset.safeParse(name).success)
      found.push(
        missing(
          'asset_name_invalid',
          `GitHub would rename the asset ${JSON.stringify(name.slice(0, 100))}.`,
          'Give it a name of letters, digits and . _ + -.',
        ),
      );
    if (seen.has(name))
      found.push(
        missing('asset_name_twice', `Two assets are named ${name}.`, 'Give one of them another name.'),
      );
    seen.add(name);
  }
  return found;
}

function assetsOf(requested: Selected['requested']) {
  if (requested.kind === 'attach_release_asset') return [requested.asset];
  return requested.kind === 'publish_release' ? requested.assets : [];
}
