/** Where a tiled log (c2sp.org/tlog-tiles) is read from: a folder, a server, memory. Nothing it says is believed. */
export interface TiledLog {
  /**
   * @param path relative to the log's prefix, without a slash before
   * @param bytesMax more than this is not read
   * @returns undefined where there is none
   * @throws JournalError `tiles_unreadable`
   */
  read(path: string, bytesMax: number): Promise<Uint8Array | undefined>;
}

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;

/** A number in elements of three digits, all but the last with an x; then how many of 256, where that is not all. */
function placeOf(index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const elements = padded.replaceAll(/\d{3}(?=\d)/g, (element) => `x${element}/`);
  return width === tileWidth ? elements : `${elements}.p/${width}`;
}

export const entriesPath = (index: number, width: number): string => `tile/entries/${placeOf(index, width)}`;
export const tilePath = (level: number, index: number, width: number): string =>
  `tile/${level}/${placeOf(index, width)}`;
