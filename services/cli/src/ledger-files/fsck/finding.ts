import type { Finding } from '../../doctor/finding.js';

/** What was found, and, where it is derived from the journal or left over, how it is put right. */
export interface FsckFinding extends Finding {
  /** @returns what was done */
  readonly repair?: (() => Promise<string>) | undefined;
}
