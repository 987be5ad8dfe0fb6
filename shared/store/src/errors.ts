import { Fault } from '@marketops/contracts';

export type StoreErrorCode =
  | 'append_conflict'
  | 'partition_closed'
  | 'epoch_changed'
  | 'frozen'
  | 'append_too_large'
  | 'event_too_large'
  | 'stream_suspect'
  | 'run_retired'
  | 'blob_missing'
  | 'blob_corrupt'
  | 'blob_too_large'
  | 'blob_erased'
  | 'blob_key_missing'
  | 'store_unavailable';

/** The store refused or could not. `append_conflict` is normal: someone else was first; load again and decide again. */
export class StoreError extends Fault<StoreErrorCode> {}
