import { Acknowledgement } from '@marketops/contracts';
import {
  type CryptoPort,
  createSignatureCache,
  type OpenKeyring,
  verifyAcknowledgement,
} from '@marketops/proof';
import type { EventStore, Unsubscribe, VerifiedReader } from '@marketops/store';

/** Waits for the ledger's signed word that a stream is durable. */
export interface Acknowledgements {
  /**
   * True when the ledger has acknowledged these very events of `stream`; waits up to `timeoutMs` for it (law X1). False
   * when it has not, and when the store cannot be asked: no word is no. A word for other events at the same seq is none:
   * whoever writes Redis could cut a stream back and have an old word vouch for what stands there next.
   */
  waitFor(stream: string, awaited: AwaitedEvent, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** An event's seq, and its stream's running digest there (`StreamView.digests`). */
export interface AwaitedEvent {
  readonly seq: number;
  readonly digest: string;
}

interface Waiter {
  readonly check: () => void;
}

/** How many streams' announcements are kept in mind, and how long a stream nobody spoke of waits for its first look. */
const announcedMax = 20_000;
const unheardMs = 50;

export async function openAcknowledgements(options: {
  readonly store: EventStore;
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly reader: VerifiedReader;
  readonly onForged: (stream: string, reason: string) => void;
}): Promise<Acknowledgements> {
  const { store, crypto, keyring, reader, onForged } = options;
  const cache = createSignatureCache();
  const waiters = new Map<string, Set<Waiter>>();

  /** The ledger's word on a stream; undefined when there is none or it is not the ledger's. */
  const wordOn = async (stream: string): Promise<Acknowledgement | undefined> => {
    const [text] = await store.readAcknowledgements([stream]);
    if (text === null || text === undefined) return undefined;
    try {
      const ack = Acknowledgement.parse(JSON.parse(text));
      verifyAcknowledgement(crypto, { ack, keyring, cache });
      if (ack.stream !== stream) throw new Error(`it speaks of ${ack.stream}`);
      return ack;
    } catch (fault) {
      onForged(stream, fault instanceof Error ? fault.message : String(fault));
      return undefined;
    }
  };

  const isAcknowledged = async (stream: string, { seq, digest }: AwaitedEvent): Promise<boolean> => {
    const word = await wordOn(stream);
    if (word === undefined || word.seq < seq) return false;
    if (word.seq === seq) return word.digest === digest;
    // The word is for later events: it covers the awaited one where the stream still leads from it to them.
    const [view] = await reader.read([stream]);
    return view?.digests[seq - 1] === digest && view.digests[word.seq - 1] === word.digest;
  };

  /** Streams that were announced of late: only these are worth a first look. */
  const announced = new Set<string>();
  const unsubscribe: Unsubscribe = await store.onAcknowledged((streams) => {
    for (const stream of streams) {
      announced.add(stream);
      for (const waiter of waiters.get(stream) ?? []) waiter.check();
    }
    for (const stream of announced) {
      if (announced.size <= announcedMax) break;
      announced.delete(stream);
    }
  });

  return {
    async waitFor(stream, awaited, timeoutMs) {
      return new Promise((resolve) => {
        const waiter: Waiter = {
          check: () => {
            isAcknowledged(stream, awaited).then(
              (acknowledged) => {
                if (acknowledged) settle(true);
              },
              // What cannot be asked just now is asked again by the next wake-up, or by the last look.
              () => undefined,
            );
          },
        };
        const settle = (acknowledged: boolean) => {
          clearTimeout(timer);
          clearTimeout(unheard);
          const set = waiters.get(stream);
          set?.delete(waiter);
          if (set?.size === 0) waiters.delete(stream);
          resolve(acknowledged);
        };
        // A wake-up may be lost: one last look when the time is over.
        const timer = setTimeout(() => {
          isAcknowledged(stream, awaited).then(
            (acknowledged) => settle(acknowledged),
            () => settle(false),
          );
        }, timeoutMs);
        const set = waiters.get(stream) ?? new Set();
        set.add(waiter);
        waiters.set(stream, set);
        // Nothing heard of the stream mostly means that nothing is there yet. Another life of this process may have
        // heard it, so the look is put off, not left out.
        const unheard = setTimeout(() => waiter.check(), Math.min(unheardMs, timeoutMs));
        if (announced.has(stream) || timeoutMs <= unheardMs) waiter.check();
      });
    },
    close: () => unsubscribe(),
  };
}
