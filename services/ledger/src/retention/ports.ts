import type { Clock, Logger } from '@marketops/engine';
import type { IndexTables } from '@marketops/journal';
import type { EventStore } from '@marketops/store';
import type { RetiredRuns } from './retired-runs.js';
import type { RetentionSettings } from './settings.js';

/** What taking finished runs out of Redis needs. */
export interface RetentionPorts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tables: IndexTables;
  /** The journal's folder. */
  readonly journalDir: string;
  readonly term: number;
  readonly retired: RetiredRuns;
  readonly settings: RetentionSettings;
  /** True once the ledger is to stop. */
  readonly isStopping: () => boolean;
}
