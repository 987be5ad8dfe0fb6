import type { Keyring, PublicKey } from '@marketops/contracts';
import { createSignatureCache, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  countingFiles,
  genesis,
  JournalWalk,
  openFile,
  readLines,
  type WalkedBatch,
  type WalkedEntry,
} from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';
import { type ReceiptFate, receiptFates } from './receipt-fates.js';

interface Placed {
  /** Of the ledger. */
  readonly sequence: number;
  readonly committed_at: string;
  /** True where the ledger had not committed it when the key was revoked. */
  readonly after_revocation: boolean;
}

/** One thing a key signed. */
export type SignedThing =
  | (Placed & {
      readonly kind: 'statement';
      readonly stream: string;
      readonly first_seq: number;
      readonly last_seq: number;
      readonly last_sequence: number;
      readonly events: readonly string[];
    })
  | (Placed & { readonly kind: 'receipt' } & ReceiptFate)
  | (Placed & { readonly kind: 'commit'; readonly last_sequence: number })
  /** Something signed that an event carries. */
  | (Placed & {
      readonly kind: 'advisory' | 'approval' | 'command' | 'evidence';
      readonly id: string;
      readonly stream: string;
      readonly seq: number;
      readonly event: string;
    });

/**
 * Finds everything in a journal that one key signed, in the order of the ledger; a receipt is told when it is known what
 * became of it. Every signature on the way is verified, whether the key has been revoked since or not: this says who
 * signed, not what may be believed. Memory is bounded by a batch and the receipts that are live at one time.
 * @throws JournalError with the place of the first fault
 */
export async function findSigned(
  dir: string,
  { keyring, key, nowMs }: { readonly keyring: Keyring; readonly key: PublicKey; readonly nowMs: number },
  found: (thing: SignedThing) => void,
): Promise<void> {
  const unrevoked = { ...keyring, keys: keyring.keys.map((one) => ({ ...one, revoked_at: null })) };
  const trust = { keyring: openKeyring(nodeCrypto, unrevoked), logOrigin: keyring.log_origin };
  const cache = createSignatureCache();
  const things = finder(key, found);
  const files = [];
  for (const file of await listJournal(dir)) {
    const one = await openFile(nodeCrypto, file, trust);
    if (one !== undefined) files.push(one);
  }
  const { counting: opened } = countingFiles(files);
  let from = genesis;
  for (const [index, { file, end }] of opened.entries()) {
    const walk = new JournalWalk({
      ...{ crypto: nodeCrypto, keyring: trust.keyring, cache, file, from, at: end },
      // Gaps are for marketops verify to find; here nothing is kept of streams.
      streams: { get: () => undefined, set: () => undefined },
      streamsComplete: false,
      until: opened[index + 1]?.header.prev_last_sequence,
      onCommit: things.batch,
    });
    await readLines(file, end, (line) => {
      if (line.text.startsWith('S ')) things.statement(line.offset, line.text.slice(2));
      return walk.take(line);
    });
    from = walk.committed;
  }
  things.end(nowMs);
}

interface Finder {
  statement(offset: number, text: string): void;
  batch(batch: WalkedBatch): void;
  end(nowMs: number): void;
}

function finder(key: PublicKey, found: (thing: SignedThing) => void): Finder {
  /** Statements of the batch that the key signed, by where they stand. */
  const ours = new Set<number>();
  const placedAt = (sequence: number, committedAt: string): Placed => ({
    sequence,
    committed_at: committedAt,
    after_revocation: key.revoked_at !== null && committedAt >= key.revoked_at,
  });
  const fates = receiptFates(key, ({ sequence, committedAt, ...fate }) =>
    found({ kind: 'receipt', ...placedAt(sequence, committedAt), ...fate }),
  );
  return {
    statement(offset, text) {
      if ((JSON.parse(text) as { key_id?: unknown }).key_id === key.key_id) ours.add(offset);
    },
    batch({ commit, entries }) {
      const { committed_at: at } = commit;
      for (const segment of segmentsOf(entries.filter(({ position }) => ours.has(position.segmentOffset)))) {
        const [first, last] = [segment[0], segment.at(-1)];
        if (first === undefined || last === undefined) continue;
        found({
          kind: 'statement',
          ...placedAt(first.entry.sequence, at),
          ...{ stream: first.place.stream, first_seq: first.place.seq, last_seq: last.place.seq },
          last_sequence: last.entry.sequence,
          events: segment.map(({ place }) => place.type),
        });
      }
      ours.clear();
      for (const { entry, place } of entries) {
        for (const [name, id] of carriedBy(entry.event['data'], key.key_id))
          found({
            kind: name,
            ...placedAt(entry.sequence, at),
            ...{ id, stream: place.stream, seq: place.seq, event: place.type },
          });
      }
      fates.take(entries, at);
      if (commit.key_id === key.key_id)
        found({
          kind: 'commit',
          ...placedAt(commit.first_sequence, at),
          last_sequence: commit.last_sequence,
        });
    },
    end: (nowMs) => fates.end(nowMs),
  };
}

/** Entries of one segment follow one another. */
function segmentsOf(entries: readonly WalkedEntry[]): WalkedEntry[][] {
  const segments = new Map<number, WalkedEntry[]>();
  for (const one of entries) {
    const { segmentOffset } = one.position;
    segments.set(segmentOffset, [...(segments.get(segmentOffset) ?? []), one]);
  }
  return [...segments.values()];
}

const carried = [
  ['advisory', 'advisory_id'],
  ['approval', 'approval_id'],
  ['command', 'command_id'],
  ['evidence', 'evidence_id'],
] as const;

function carriedBy(data: unknown, keyId: string): [(typeof carried)[number][0], string][] {
  if (typeof data !== 'object' || data === null) return [];
  return carried.flatMap(([name, idName]) => {
    const value = (data as Record<string, unknown>)[name];
    if (typeof value !== 'object' || value === null) return [];
    const { key_id: by, [idName]: id } = value as Record<string, unknown>;
    return by === keyId ? [[name, String(id)] as const] : [];
  }) as [(typeof carried)[number][0], string][];
}
