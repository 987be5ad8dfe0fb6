import {
  evolveOperation,
  foldOperation,
  type MarketOpsEvent,
  type OperationState,
} from '@marketops/contracts';
import { type CryptoPort, digestOf, extendStreamDigest } from '@marketops/proof';
import type { StreamView } from '@marketops/store';

/**
 * The end of an operation's stream as this worker knows it: what it has verified, and what it has appended since. What was
 * appended need not be read back to be waited for: its digest is the one the ledger says, or the ledger speaks of another
 * stream.
 */
export class Tail {
  #state: OperationState;
  #digest: string;
  /** Appended, and not in the digest yet: it is reckoned when somebody waits, and nobody waits for an outcome. */
  #appended: MarketOpsEvent[] = [];

  /** @param digest the stream's running digest at the state's last seq */
  constructor(state: OperationState, digest: string) {
    this.#state = state;
    this.#digest = digest;
  }

  /** The whole stream as a verified reader gives it; it has events. */
  static of({ events, digests }: Pick<StreamView, 'events' | 'digests'>): Tail {
    return new Tail(foldOperation(events), digests.at(-1) ?? '');
  }

  get state(): OperationState {
    return this.#state;
  }

  /** The stream's running digest at the state's last seq. */
  digest(crypto: CryptoPort): string {
    for (const event of this.#appended)
      this.#digest = extendStreamDigest(crypto, this.#digest, digestOf(crypto, event));
    this.#appended = [];
    return this.#digest;
  }

  /** Takes in what the store has appended right after this tail. */
  extend(events: readonly MarketOpsEvent[]): void {
    for (const event of events) {
      this.#state = evolveOperation(this.#state, event);
      this.#appended.push(event);
    }
  }
}
