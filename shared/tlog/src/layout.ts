import { invariant } from '@marketops/contracts';
import { noteBytesMax } from '@marketops/proof';
import { TlogError } from './errors.js';

/**
 * Where things are in a tiled log (c2sp.org/tlog-tiles). Paths are relative to the log's prefix, without a slash before:
 *
 *     checkpoint                       what the log signs: size and root
 *     tile/<L>/<N>[.p/<W>]             256 hashes of level L, or the first W of them
 *     tile/entries/<N>[.p/<W>]         the 256 entries below tile N of level 0, or the first W of them
 */
export const checkpointPath = 'checkpoint';
/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;
export const hashBytes = 32;
export const entryBytesMax = 65_535;
const levelMax = 63;

export type LogResource =
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'tile'; readonly level: number; readonly index: number; readonly width: number }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number };

/** A number in elements of three digits, all but the last with an x: 1234067 is `x001/x234/067`. */
function elementsOf(index: number): string {
  invariant(Number.isSafeInteger(index) && index >= 0, 'A tile has a place in its level.');
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  return padded.replace(/\d{3}(?=\d)/g, (element) => `x${element}/`);
}

const suffixOf = (width: number): string => {
  invariant(Number.isSafeInteger(width) && width >= 1 && width <= tileWidth, 'A tile has 1 to 256 hashes.');
  return width === tileWidth ? '' : `.p/${width}`;
};

/** @param width 256, or fewer for a partial tile */
export function tilePath(level: number, index: number, width: number = tileWidth): string {
  invariant(Number.isSafeInteger(level) && level >= 0 && level <= levelMax, 'Levels are 0 to 63.');
  return `tile/${level}/${elementsOf(index)}${suffixOf(width)}`;
}

export const entriesPath = (index: number, width: number = tileWidth): string =>
  `tile/entries/${elementsOf(index)}${suffixOf(width)}`;

export function pathOf(resource: LogResource): string {
  if (resource.kind === 'checkpoint') return checkpointPath;
  return resource.kind === 'tile'
    ? tilePath(resource.level, resource.index, resource.width)
    : entriesPath(resource.index, resource.width);
}

const pattern = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/**
 * Reads a path. Only the one spelling of each resource is read, so that what comes back never leads anywhere else.
 * @throws TlogError `path_invalid`
 */
export function parsePath(path: string): LogResource {
  if (path === checkpointPath) return { kind: 'checkpoint' };
  const [, place = '', elements = '', widthText] = pattern.exec(path) ?? [];
  const index = Number(elements.replaceAll(/[x/]/g, ''));
  const width = widthText === undefined ? tileWidth : Number(widthText);
  const level = Number(place);
  const inRange = place !== '' && Number.isSafeInteger(index * tileWidth) && width >= 1 && width <= tileWidth;
  if (inRange && (place === 'entries' || level <= levelMax)) {
    const resource: LogResource =
      place === 'entries' ? { kind: 'entries', index, width } : { kind: 'tile', level, index, width };
    if (pathOf(resource) === path) return resource;
  }
  throw new TlogError('path_invalid', 'This is no resource of a tiled log.');
}

/** The most bytes a resource may have; nobody reads more of it. */
export function bytesMaxOf(resource: LogResource): number {
  if (resource.kind === 'checkpoint') return noteBytesMax;
  return resource.width * (resource.kind === 'tile' ? hashBytes : entryBytesMax + 2);
}

/** How wide tile `index` of a level is in a tree of this size: 0 where it is not there, 256 where it is full. */
export function widthIn(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / tileWidth ** level);
  return Math.max(0, Math.min(tileWidth, hashes - index * tileWidth));
}
