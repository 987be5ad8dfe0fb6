import type { MarketOpsEvent } from '@marketops/contracts';
import { openAcknowledgements } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { CliError } from '../errors.js';
import type { Live } from './live.js';

const waitMs = 10_000;

/**
 * Waits for the ledger's signed word that an event is durable: only then is it proven and not merely said.
 * @throws CliError `timed_out`
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
  throw new CliError(
    'timed_out',
    `the ledger has not acknowledged ${stream} up to ${seq} within ${waitMs / 1_000} s`,
    {
      next: 'See marketops doctor: does the ledger run? What is in Redis goes on as soon as it does.',
    },
  );
}
