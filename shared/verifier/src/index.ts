export * from './bundle/index.js';
export * from './bytes.js';
export { type JournalCommit, readCommit, signCommit } from './journal/commit.js';
export { countingFiles } from './journal/counting.js';
export { eventBytesOf } from './journal/entry-bytes.js';
export {
  JournalError,
  type JournalErrorCode,
  type JournalPlace,
  lawByVerdict,
  lawOf,
  type VerdictCode,
} from './journal/errors.js';
export { type JournalFile, journalFilesAmong, type OpenedFile, openFile } from './journal/file.js';
export * from './journal/file-name.js';
export { type JournalHeader, journalFormat, signHeader } from './journal/header.js';
export * from './journal/lines.js';
export type { JournalPosition } from './journal/position.js';
export * from './journal/report.js';
export * from './journal/verify.js';
export * from './journal/walk.js';
export * from './laws.js';
export { seenRootOf } from './memory/checkpoint.js';
export type { Seen, SeenRoot } from './memory/memory.js';
export { Pin, parsePin } from './memory/pin.js';
export { SampledPoints } from './memory/sampled-points.js';
export { sealedName } from './sealed/reader.js';
export type { TiledLog } from './tiles/source.js';
export * from './tiles/verify.js';
