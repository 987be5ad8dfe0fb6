import type { Keyring } from '@marketops/contracts';
import {
  IndexError,
  type IndexHead,
  type LedgerIndex,
  type LocatedEntry,
  ledgerPaths,
  openLedgerIndex,
} from '@marketops/journal';
import { OperatorError } from '../../errors.js';
import { commitTime } from './commit-time.js';
import type { Recorded, RecordedEvent } from './recorded.js';
import { recordedSegment } from './segment.js';
import { segmentName, segmentPlace } from './segment-name.js';
import { type ReplayTrust, replayTrust } from './trust.js';

/** The ledger of this machine as a replay reads it: files alone, no connection to anything. */
export interface ReplayLedger {
  /** The folder of the journal's files. */
  readonly journal: string;
  readonly trust: ReplayTrust;
  /** How far the ledger is known here; undefined while it is empty. */
  head(): IndexHead | undefined;
  /** Every event of a run's streams, in the ledger's order. Empty where there is no such run. */
  ofRun(runId: string): Promise<Recorded>;
  /** What stands about it on `system`: refused jobs that claimed to be of it, and orders to erase it. Never part of it. */
  claimsAgainstRun(runId: string): Promise<Recorded>;
  claimsAgainstReceipt(receiptId: string): Promise<Recorded>;
  /** The run whose operation the receipt was issued for; undefined where it was never issued. */
  runOfReceipt(receiptId: string): Promise<string | undefined>;
  /**
   * When the ledger committed an event, by its own clock. Null for what is not in its journal, or under no commit.
   * @throws JournalError, ProofError
   */
  committedAt(recorded: RecordedEvent): Promise<string | null>;
  close(): Promise<void>;
}

/** @throws OperatorError `ledger_missing` where this machine has no ledger; IndexError, JournalError, ProofError */
export function openReplayLedger(dataDir: string, keyring: Keyring): ReplayLedger {
  const paths = ledgerPaths(dataDir);
  const index = openIndex(paths.root);
  const trust = replayTrust(keyring);
  const read = (entries: readonly LocatedEntry[]) => recordedOf(index, paths.journal, trust, entries);
  return {
    journal: paths.journal,
    trust,
    head: () => index.head(),
    ofRun: async (runId) => read(await index.entriesOfRun(runId)),
    claimsAgainstRun: async (runId) => read(await index.claimsAgainstRun(runId)),
    claimsAgainstReceipt: async (receiptId) => read(await index.claimsAgainstReceipt(receiptId)),
    async runOfReceipt(receiptId) {
      const runId = (await index.entryOfReceipt(receiptId))?.entry.event['run_id'];
      return typeof runId === 'string' ? runId : undefined;
    },
    async committedAt({ signer, segment }) {
      const place = segmentPlace(segment);
      if (signer === null || place === undefined) return null;
      return signer.committedAt ?? (await commitTime(paths.journal, place, trust));
    },
    close: () => index.close(),
  };
}

function openIndex(root: string): LedgerIndex {
  try {
    return openLedgerIndex(root);
  } catch (fault) {
    if (!(fault instanceof IndexError) || fault.code !== 'index_missing') throw fault;
    throw new OperatorError('ledger_missing', `there is no ledger in ${root}`, {
      next: 'Run it where the ledger’s data folder is, or name its marketops.yml with --config.',
      cause: fault,
    });
  }
}

/** An entry's bytes alone say who claims to have written it; each segment is read and verified once. */
async function recordedOf(
  index: LedgerIndex,
  journal: string,
  trust: ReplayTrust,
  entries: readonly LocatedEntry[],
): Promise<Recorded> {
  const segments = new Map<string, Recorded>();
  const hashes = new Map(entries.map(({ position, hash }) => [position.sequence, hash]));
  const events: Recorded['events'][number][] = [];
  const held: Recorded['held'][number][] = [];
  for (const { position } of entries) {
    const { sequence } = position;
    const name = segmentName(position);
    let segment = segments.get(name);
    if (segment === undefined) {
      const { statement, entries: all, events: bytes } = await index.readSegment(position);
      const [first] = all;
      const isRevoked = (trust.keyOf(statement.key_id)?.revoked_at ?? null) !== null;
      const committedAt = isRevoked ? await commitTime(journal, position, trust) : null;
      const raw = {
        ...{ statement, name, stream: String(first?.event['stream']), firstSeq: Number(first?.event['seq']) },
        entries: all.map((entry, at) => ({
          sequence: entry.sequence,
          // What was not asked for shares the segment, and is not given out.
          hash: hashes.get(entry.sequence) ?? '',
          eventBytes: bytes[at] ?? '',
        })),
      };
      segment = recordedSegment(raw, trust, committedAt);
      segments.set(name, segment);
    }
    const found = segment.events.find(({ entry }) => entry?.sequence === sequence);
    if (found === undefined) held.push(...segment.held.filter((one) => one.sequence === sequence));
    else events.push(found);
  }
  return { events, held };
}
