import type { FaultPoint } from '@marketops/publisher';

/** Where a write of an executor stands among the fault points. */
type Before = { [Point in FaultPoint]: Point extends `${infer Name}.before` ? Name : never }[FaultPoint];
type WritePlace = { [Name in Before]: `${Name}.after` extends FaultPoint ? Name : never }[Before];

interface Write {
  readonly method: string;
  /** A regular expression over what follows the repository in the path. */
  readonly path: string;
}

/** The request that follows each of these points: a write without its request does not compile. */
const writes: Readonly<Record<WritePlace, Write>> = {
  'release.create': { method: 'POST', path: '/releases$' },
  'release.publish': { method: 'PATCH', path: '/releases/\\d+$' },
  'asset.upload': { method: 'POST', path: '/releases/\\d+/assets\\?' },
  'asset.delete': { method: 'DELETE', path: '/releases/assets/\\d+$' },
  'tag.object': { method: 'POST', path: '/git/tags$' },
  'tag.ref': { method: 'POST', path: '/git/refs$' },
  'pull.create': { method: 'POST', path: '/pulls$' },
  'pull.label': { method: 'POST', path: '/issues/\\d+/labels$' },
  'pull.reviewers': { method: 'POST', path: '/pulls/\\d+/requested_reviewers$' },
};

/** The write that a point stands before or after; undefined where it stands beside none. */
export function writeAt(point: FaultPoint): Write | undefined {
  const place = point.replace(/\.(?:before|after)$/, '');
  return isWritePlace(place) ? writes[place] : undefined;
}

const isWritePlace = (name: string): name is WritePlace => Object.hasOwn(writes, name);
