import type { MarketOpsEvent } from '@marketops/contracts';
import { openAcknowledgements } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { OperatorError } from '../errors.js';
import type { Live } from '../system/live.js';

const waitMs = 10_000;

/**
 * Waits for the ledger's signed word that an event is durable: only then is it proven and not merely said.
 * @throws OperatorError `timed_out`
 */
export async function untilAcknowledged(live: Live, { stream, seq }: MarketOpsEvent): Promise<void> {
  const acknowledgements = await openAcknowledgements({
    store: live.store,
    crypto: nodeCrypto,
    keyring: live.keyring,
    reader: live.reader,
    // A forged word counts as none: the wait goes on.
    onForged: () => undefined,
  });
  try {
    const [view] = await live.reader.read([stream]);
    const awaited = { seq, digest: view?.digests[seq - 1] ?? '' };
    if (await acknowledgements.waitFor(stream, awaited, waitMs)) return;
  } finally {
    await acknowledgements.close();
  }
  throw new OperatorError(
    'timed_out',
    `the ledger has not acknowledged ${stream} up to ${seq} within ${waitMs / 1_000} s`,
    {
      next: 'See marketops doctor: does the ledger run? What is in Redis goes on as soon as it does.',
    },
  );
}
