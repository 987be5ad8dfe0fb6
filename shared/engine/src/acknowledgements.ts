import { Acknowledgement, guarded } from '@marketops/contracts';
import {
  type CryptoPort,
  createSignatureCache,
  type OpenKeyring,
  verifyAcknowledgement,
} from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { EventStore, Unsubscribe, VerifiedReader } from '@marketops/store';
import type { Engine } from './host.js';
import { suspectJob } from './topology.js';

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

/** What is known of a stream's word without asking: the seq it spoke of when last looked at; `Infinity` when not since. */
interface Heard {
  seq: number;
}

const acknowledgementOf = guarded(Acknowledgement).parse;

/** The acknowledgements of a service; one that is forged is reported to the ledger. Closed when the service stops. */
export async function listenToLedger(engine: Engine): Promise<Acknowledgements> {
  const { store, keyring, reader, log, queues } = engine;
  const acknowledgements = await openAcknowledgements({
    ...{ store, keyring, reader, crypto: nodeCrypto },
    onForged: (stream, reason) => {
      log.error({ stream, reason }, 'an acknowledgement is not the ledger’s word');
      queues
        .enqueue([suspectJob(stream)])
        .catch((fault: unknown) => log.warn({ fault }, 'could not tell the ledger'));
    },
  });
  engine.onStop(() => acknowledgements.close());
  return acknowledgements;
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
  /** Streams that were announced of late: only where their word may speak of the awaited event is a first look worth it. */
  const heard = new Map<string, Heard>();

  /** The ledger's word on a stream; undefined when there is none or it is not the ledger's. */
  const wordOn = async (stream: string): Promise<Acknowledgement | undefined> => {
    const last = heard.get(stream);
    const [text] = await store.readAcknowledgements([stream]);
    // What is announced while the store is asked is heard by itself, and asked for again.
    if (last !== undefined) last.seq = 0;
    if (text === null || text === undefined) return undefined;
    try {
      const ack = acknowledgementOf(JSON.parse(text));
      verifyAcknowledgement(crypto, { ack, keyring, cache });
      if (ack.stream !== stream) throw new Error(`it speaks of ${ack.stream}`);
      if (last !== undefined) last.seq = ack.seq;
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

  const unsubscribe: Unsubscribe = await store.onAcknowledged((streams) => {
    for (const stream of streams) {
      heard.set(stream, { seq: Number.POSITIVE_INFINITY });
      for (const waiter of waiters.get(stream) ?? []) waiter.check();
    }
    for (const stream of heard.keys()) {
      if (heard.size <= announcedMax) break;
      heard.delete(stream);
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
        // Where this process has heard of it, and looked, and found a word on earlier events, the next word announces itself.
        const unheard = setTimeout(
          () => {
            const seq = heard.get(stream)?.seq ?? Number.POSITIVE_INFINITY;
            if (seq >= awaited.seq) waiter.check();
          },
          Math.min(unheardMs, timeoutMs),
        );
        const seq = heard.get(stream)?.seq ?? 0;
        if (seq >= awaited.seq || timeoutMs <= unheardMs) waiter.check();
      });
    },
    close: () => unsubscribe(),
  };
}
