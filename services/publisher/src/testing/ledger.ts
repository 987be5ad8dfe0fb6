import { emptyStreamDigest, extendStreamDigest, signAcknowledgements } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { decodeSegment, type EventStore } from '@marketops/store';
import type { KeyPair } from './authority.js';

/** The ledger's half that the publisher waits for: reads the outbox, signs how far each stream is durable, wakes. */
export interface TestLedger {
  /** While paused nothing is acknowledged. */
  paused: boolean;
  /** Acknowledges everything appended so far. */
  catchUp(): Promise<void>;
}

/** Wraps a store so that every append is acknowledged right after it, as a quick ledger would. */
export function withLedger(inner: EventStore, key: KeyPair): { store: EventStore; ledger: TestLedger } {
  const cursors = new Map<number, string>();
  const digests = new Map<string, string>();
  let sequence = 0;

  const catchUp = async (): Promise<void> => {
    const entries = await inner.readOutbox(cursors, { countMax: 10_000, blockMs: 0 });
    for (const { partition, id, segments } of entries) {
      const streams = segments.map(({ stream, value }): [string, number, string] => {
        const digest = digestAfter(digests.get(stream), value);
        digests.set(stream, digest);
        return [stream, lastSeqIn(value), digest];
      });
      sequence += streams.length;
      const acks = signAcknowledgements(nodeCrypto, {
        ...{ streams, term: 1, epoch: 1, firstSequence: sequence, lastSequence: sequence },
        ...{ lastHash: '0'.repeat(64), keyId: key.keyId, key: key.key },
      });
      const values = new Map(acks.map((ack) => [ack.stream, JSON.stringify(ack)]));
      cursors.set(partition, id);
      await inner.acknowledge(partition, { term: 1, upTo: id, values });
      await inner.announceAcknowledged(streams.map(([stream]) => stream));
    }
  };

  const ledger: TestLedger = { paused: false, catchUp };
  const store: EventStore = {
    ...inner,
    async append(appends) {
      const outcomes = await inner.append(appends);
      if (!ledger.paused) await catchUp();
      return outcomes;
    },
  };
  return { store, ledger };
}

function digestAfter(before: string = emptyStreamDigest, value: string): string {
  const decoded = decodeSegment(value);
  if ('fault' in decoded) throw new Error(decoded.fault);
  return decoded.events.reduce(
    (digest, event) => extendStreamDigest(nodeCrypto, digest, nodeCrypto.sha256Hex(event)),
    before,
  );
}

function lastSeqIn(value: string): number {
  const decoded = decodeSegment(value);
  if ('fault' in decoded) throw new Error(decoded.fault);
  return (JSON.parse(decoded.events.at(-1) ?? '{}') as { seq: number }).seq;
}
