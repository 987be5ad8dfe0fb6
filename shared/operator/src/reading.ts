export { endOf, followLedger } from './ledger/follow-ledger.js';
export { type JournalBell, openJournalBell } from './ledger/journal-bell.js';
export { type LedgerReader, openIndexOf, openLedger, type PlacedEvent } from './ledger/ledger-reader.js';
export { findSigned, type SignedThing } from './ledger/signed-by.js';
export { type LedgerVerification, verifyLedger } from './ledger/verify-ledger.js';
export { findEvents } from './replay/across.js';
export { diffJson } from './replay/diff-json.js';
export {
  type ComparableRun,
  type ComparedRow,
  diffRuns,
  type FirstDifference,
  foldAll,
  type RunDifference,
} from './replay/diff-runs.js';
export { csvCell, csvExporter } from './replay/exports/csv.js';
export type { Exporter } from './replay/exports/exporter.js';
export { jsonlExporter } from './replay/exports/jsonl.js';
export { markdownExporter } from './replay/exports/markdown.js';
export { rowOf, signatureText } from './replay/exports/row.js';
export { type FilterFlags, filterOf, isFiltering } from './replay/filter-of.js';
export { envelopeOf } from './replay/source/envelope.js';
export { type EventFilter, fits, isBeyond, mayFit } from './replay/source/filter.js';
export type { ReplayLedger } from './replay/source/ledger.js';
export { isProven, type Recorded, type RecordedEvent } from './replay/source/recorded.js';
export { RepositoryFilter } from './replay/source/repositories.js';
export { type JournalCursor, scanJournal } from './replay/source/scan.js';
export { type ReplayTrust, replayTrust } from './replay/source/trust.js';
export { type ReplaySources, runEvents, type Unjournaled, withSources } from './replay/sources.js';
export { changesOf } from './replay/states/changes.js';
export { knewOf } from './replay/states/knew.js';
export {
  beforeAnything,
  type ReplayStep,
  type RunAsOf,
  replaySteps,
  step,
} from './replay/states/run-fold.js';
export { stepJson } from './replay/step-json.js';
export { type Blobs, openBlobs } from './system/inline-or-blob.js';
