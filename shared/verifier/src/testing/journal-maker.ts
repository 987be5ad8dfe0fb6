import type { Actor } from '@marketops/contracts';
import { canonicalJson, entryOf, genesisHash, type SegmentToSign, signSegments } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { bytesInMemory } from '../bytes.js';
import { signCommit } from '../journal/commit.js';
import { type JournalFile, journalFilesAmong } from '../journal/file.js';
import { journalFileName } from '../journal/file-name.js';
import { journalFormat, signHeader } from '../journal/header.js';
import { createKeys, logOrigin, type TestKey, type TestKeys } from './keys.js';

export interface EventToSay {
  readonly type: string;
  readonly data: object;
  readonly mode?: 'prod' | 'dry_run' | null;
  readonly time?: string;
}

interface Segment extends SegmentToSign {
  readonly actor: Actor;
  readonly by: TestKey;
}

const utf8 = new TextEncoder();
let ids = 0;
/** A ULID that counts. */
export const ulid = (): string => `01J${(++ids).toString().padStart(23, '0')}`;

/**
 * Writes a journal as a ledger would, and as nobody should: whatever it is told to say is signed by whoever it is told to
 * sign with. It shares nothing with the ledger's writer but the functions of proof.
 */
export class JournalMaker {
  readonly keys: TestKeys;
  /** The clock of everybody in it. */
  now = '2026-03-01T12:00:00.000Z';
  #lines: string[] = [];
  #files: { name: string; lines: string[] }[] = [];
  #pending: Segment[] = [];
  #seqs = new Map<string, number>();
  #term = 0;
  #sequence = 0;
  #hash = genesisHash;

  constructor(keys: TestKeys = createKeys()) {
    this.keys = keys;
    this.newFile();
  }

  get sequence(): number {
    return this.#sequence;
  }
  get hash(): string {
    return this.#hash;
  }
  get point(): { sequence: number; hash: string } {
    return { sequence: this.#sequence, hash: this.#hash };
  }

  /** Another writer takes over, or, with the term it has, the same one goes on in another file. */
  newFile(continues = this.point, term = this.#term + 1): void {
    this.#term = term;
    this.#sequence = continues.sequence;
    this.#hash = continues.hash;
    const firstSequence = continues.sequence + 1;
    const { keyId, key } = this.keys.ledger;
    const header = {
      format: journalFormat as typeof journalFormat,
      term: this.#term,
      first_sequence: firstSequence,
      prev_last_sequence: continues.sequence,
      prev_last_hash: continues.hash,
      log_origin: logOrigin,
      created_at: this.now,
      key_id: keyId,
    };
    this.#lines = [`H ${signHeader(nodeCrypto, header, key)}`];
    this.#files.push({ name: journalFileName({ term: this.#term, firstSequence }), lines: this.#lines });
  }

  /** One segment: what an actor says on one stream, at its next seq. */
  say(actor: Actor, stream: string, events: readonly EventToSay[], by = this.keys.actors[actor]): void {
    const firstSeq = (this.#seqs.get(stream) ?? 0) + 1;
    this.#seqs.set(stream, firstSeq + events.length - 1);
    const runId = stream === 'system' ? null : (stream.split('/')[1] ?? null);
    const envelopes = events.map(({ type, data, mode = 'prod', time = this.now }, at) =>
      canonicalJson({
        ...{ id: ulid(), stream, seq: firstSeq + at, type, version: 1, actor, time, data },
        ...{ tenant_id: runId === null ? null : 'acme', run_id: runId, mode: runId === null ? null : mode },
        ...{ causation_id: null, correlation_id: null },
      }),
    );
    this.#pending.push({ stream, firstSeq, events: envelopes, actor, by });
  }

  /** Leaves out a seq: what stood there was never journaled. */
  skipSeq(stream: string): void {
    this.#seqs.set(stream, (this.#seqs.get(stream) ?? 0) + 1);
  }

  /** Closes a batch: one signature per actor over all it said, and the ledger's over the whole. */
  commit(): void {
    const pending = this.#pending;
    this.#pending = [];
    const first = this.#sequence + 1;
    const signers = new Set(pending.map(({ by }) => by));
    const statements = new Map<Segment, string>();
    for (const by of signers) {
      const segments = pending.filter((segment) => segment.by === by);
      const signed = signSegments(nodeCrypto, {
        ...{ segments, actor: segments[0]?.actor ?? 'planner', keyId: by.keyId, epoch: 1, key: by.key },
      });
      for (const [at, segment] of segments.entries()) statements.set(segment, canonicalJson(signed[at]));
    }
    for (const segment of pending) this.#write(statements.get(segment) ?? '', segment.events);
    const { keyId, key } = this.keys.ledger;
    const commit = {
      ...{ term: this.#term, epoch: 1, first_sequence: first, last_sequence: this.#sequence },
      ...{ last_hash: this.#hash, committed_at: this.now, key_id: keyId },
    };
    this.#lines.push(`C ${signCommit(nodeCrypto, commit, key)}`);
  }

  #write(statement: string, events: readonly string[]): void {
    this.#lines.push(`S ${statement}`);
    const statementDigest = nodeCrypto.sha256Hex(statement);
    for (const eventBytes of events) {
      this.#sequence += 1;
      const { bytes, hash } = entryOf(nodeCrypto, {
        ...{ sequence: this.#sequence, prevHash: this.#hash, eventBytes },
        ...{ eventDigest: nodeCrypto.sha256Hex(eventBytes), statementDigest },
      });
      this.#hash = hash;
      this.#lines.push(`E ${bytes}`);
    }
  }

  /** The lines of each file. */
  texts(): { name: string; text: string }[] {
    return this.#files.map(({ name, lines }) => ({ name, text: `${lines.join('\n')}\n` }));
  }

  files(): JournalFile[] {
    return filesOf(this.texts());
  }
}

/** A journal in memory from what stands in its files. */
export const filesOf = (
  texts: readonly { readonly name: string; readonly text: string | Uint8Array }[],
): JournalFile[] =>
  journalFilesAmong(
    texts.map(({ name, text }) => {
      const bytes = typeof text === 'string' ? utf8.encode(text) : text;
      return { ...bytesInMemory(name, bytes), bytes: bytes.length };
    }),
  );
