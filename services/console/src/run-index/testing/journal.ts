import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Actor,
  type EventDraft,
  type Keyring,
  type Mode,
  partitionKey,
  type ServiceKey,
  systemStream,
} from '@marketops/contracts';
import {
  canonicalJson,
  entryOf,
  genesisHash,
  type SegmentToSign,
  type SigningKey,
  signSegments,
} from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { journalFileName, journalFormat, signCommit, signHeader } from '@marketops/verifier';

const logOrigin = 'console.test/log';
const actors = ['planner', 'federation', 'publisher', 'ledger', 'console'] as const;

interface Key {
  readonly key: SigningKey;
  readonly listed: ServiceKey;
}

const makeKey = (keyId: string, purpose: ServiceKey['purpose'], actor: Actor): Key => {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  const listed: ServiceKey = {
    ...{ key_id: keyId, purpose, actor, algorithm: 'ed25519', public_key: publicRawBase64 },
    ...{ not_before: '2026-01-01T00:00:00.000Z', revoked_at: null },
  };
  return { key: loadSigningKey(privatePem), listed };
};

export interface Said {
  readonly actor: (typeof actors)[number];
  readonly stream: string;
  readonly events: readonly EventDraft[];
  /** `acme` and `prod` where they are absent; neither stands on `system`. */
  readonly tenantId?: string;
  readonly mode?: Mode;
  readonly time: string;
}

interface Segment extends SegmentToSign {
  readonly actor: Said['actor'];
}

/** A journal in a folder, line by line as the ledger writes it, with every signature; it shares no code with the ledger. */
export class TestJournal {
  readonly dir: string;
  readonly #keys = new Map(actors.map((actor) => [actor, makeKey(`${actor}-1`, 'actor', actor)]));
  readonly #ledger = makeKey('ledger-ack-1', 'acknowledgement', 'ledger');
  readonly #seqs = new Map<string, number>();
  #pending: Segment[] = [];
  #path = '';
  #term = 0;
  #ids = 0;
  #sequence = 0;
  #hash = genesisHash;

  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
    this.newTerm();
  }

  /** The public halves; `revoked` says since when an actor's key is not valid. */
  keyring(revoked: Partial<Record<Actor, string>> = {}): Keyring {
    const listed = [...this.#keys.values(), this.#ledger].map((one) => one.listed);
    const keys = listed.map((one) => ({
      ...one,
      revoked_at: (one.purpose === 'actor' ? revoked[one.actor] : undefined) ?? null,
    }));
    return { version: 1, environment: 'test', log_origin: logOrigin, keys };
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** What a later writer goes on from. */
  get point(): { readonly sequence: number; readonly hash: string } {
    return { sequence: this.#sequence, hash: this.#hash };
  }

  /** Another writer takes over; where it goes on from less than stands there, what was behind that does not count. */
  newTerm(from = this.point): void {
    this.#term += 1;
    this.#sequence = from.sequence;
    this.#hash = from.hash;
    const place = { term: this.#term, firstSequence: from.sequence + 1 };
    const header = {
      ...{ format: journalFormat as typeof journalFormat, term: this.#term, key_id: 'ledger-ack-1' },
      ...{ first_sequence: place.firstSequence, log_origin: logOrigin },
      ...{ prev_last_sequence: from.sequence, prev_last_hash: from.hash },
      created_at: '2026-03-01T00:00:00.000Z',
    };
    this.#path = join(this.dir, journalFileName(place));
    writeFileSync(this.#path, `H ${signHeader(nodeCrypto, header, this.#ledger.key)}\n`);
  }

  /** Counted again from here: what a deposed writer said of a stream does not count either. */
  setSeq(stream: string, seq: number): void {
    this.#seqs.set(stream, seq);
  }

  say({ actor, stream, events, tenantId = 'acme', mode = 'prod', time }: Said): void {
    const firstSeq = (this.#seqs.get(stream) ?? 0) + 1;
    this.#seqs.set(stream, firstSeq + events.length - 1);
    const about =
      stream === systemStream
        ? { tenant_id: null, run_id: null, mode: null }
        : { tenant_id: tenantId, run_id: partitionKey(stream), mode };
    const bytes = events.map(({ type, data }, at) =>
      canonicalJson({
        ...{ id: this.#nextId(), stream, seq: firstSeq + at, type, version: 1, actor, time, data },
        ...{ ...about, causation_id: null, correlation_id: null },
      }),
    );
    this.#pending.push({ stream, firstSeq, events: bytes, actor });
  }

  /** Closes the batch: it counts from now on. @returns the bytes it appended */
  commit(committedAt: string): number {
    const pending = this.#pending.splice(0);
    const first = this.#sequence + 1;
    const statements = this.#sign(pending);
    const lines: string[] = [];
    for (const segment of pending) {
      const statement = statements.get(segment) ?? '';
      const statementDigest = nodeCrypto.sha256Hex(statement);
      lines.push(`S ${statement}`);
      for (const eventBytes of segment.events) {
        this.#sequence += 1;
        const { bytes, hash } = entryOf(nodeCrypto, {
          ...{ sequence: this.#sequence, prevHash: this.#hash, eventBytes, statementDigest },
          eventDigest: nodeCrypto.sha256Hex(eventBytes),
        });
        this.#hash = hash;
        lines.push(`E ${bytes}`);
      }
    }
    const commit = {
      ...{ term: this.#term, epoch: 1, first_sequence: first, last_sequence: this.#sequence },
      ...{ last_hash: this.#hash, committed_at: committedAt, key_id: 'ledger-ack-1' },
    };
    lines.push(`C ${signCommit(nodeCrypto, commit, this.#ledger.key)}`, '');
    const text = lines.join('\n');
    appendFileSync(this.#path, text);
    return text.length;
  }

  /** Runs that have ended are said nothing of any more: their streams need not be remembered. */
  forgetStreams(): void {
    this.#seqs.clear();
  }

  /** One signature per actor over all it said. */
  #sign(pending: readonly Segment[]): ReadonlyMap<Segment, string> {
    const statements = new Map<Segment, string>();
    for (const [actor, { key }] of this.#keys) {
      const segments = pending.filter((segment) => segment.actor === actor);
      if (segments.length === 0) continue;
      const signed = signSegments(nodeCrypto, { segments, actor, keyId: `${actor}-1`, epoch: 1, key });
      for (const [at, segment] of segments.entries()) statements.set(segment, canonicalJson(signed[at]));
    }
    return statements;
  }

  #nextId(): string {
    this.#ids += 1;
    return `01J${this.#ids.toString().padStart(23, '0')}`;
  }
}
