import type { Operation } from '@marketops/contracts';
import type { BlobStore } from '@marketops/store';
import { attachment } from './attachments.js';
import { releaseOperation, tagOperation } from './operations.js';
import { fullPull } from './pulls.js';
import { releaseWithAssets } from './simulated.js';

/** One execution in which all goes well: what is executed, and every fault point on its way, in order. */
export interface Pass {
  readonly operation: (blobs: BlobStore) => Promise<Operation> | Operation;
  readonly points: readonly string[];
}

const around = (place: string): string[] => [`${place}.before`, 'write.cleared', `${place}.after`];
const pass = (operation: Pass['operation'], ...places: readonly string[]): Pass => ({
  operation,
  points: [
    ...['start.before_append', 'start.appended', 'start.acknowledged', 'look_up.before'],
    ...places.flatMap(around),
    ...['verify.before', 'outcome.before_append', 'outcome.appended', 'outcome.enqueued'],
  ],
});

const assets = ['asset.upload', 'asset.upload'];
export const passes = {
  'a release with assets': pass(releaseWithAssets, 'release.create', ...assets, 'release.publish'),
  'a release without assets': pass(() => releaseOperation(), 'release.create'),
  'a draft': pass((blobs) => releaseWithAssets(blobs, { draft: true }), 'release.create', ...assets),
  'a tag': pass(() => tagOperation(), 'tag.object', 'tag.ref'),
  'a pull request': pass(() => fullPull(), 'pull.create', 'pull.label', 'pull.reviewers'),
  'an asset': pass(attachment, 'asset.upload'),
} as const satisfies Readonly<Record<string, Pass>>;

export const passNames = Object.keys(passes) as (keyof typeof passes)[];
