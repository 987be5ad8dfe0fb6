export { IndexError, type IndexErrorCode } from './errors.js';
export {
  currentIndex,
  currentIndexPath,
  indexFolder,
  indexFolderName,
  openCurrentTables,
} from './ledger-index/current.js';
export { IdRows } from './ledger-index/ids.js';
export * from './ledger-index/layout.js';
export { lmdbFileFault } from './ledger-index/lmdb-file.js';
export { numberOfRun } from './ledger-index/numbers.js';
export * from './ledger-index/open.js';
export {
  type PackedPlaces,
  packPlaces,
  placeAmong,
  type SegmentSizes,
  segmentBytes,
} from './ledger-index/places.js';
export * from './ledger-name.js';
export { type LmdbRoot, type LmdbTable, lmdb } from './lmdb.js';
export * from './paths.js';
export * from './pins.js';
export * from './read-entry.js';
