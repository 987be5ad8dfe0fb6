import { readLedgerName } from '@marketops/journal';
import type { CryptoPort } from '@marketops/proof';
import type { ChainPoint } from '@marketops/verifier';

/** What this ledger is called, from its first entry on; read once. */
export function ledgerNamer(
  crypto: CryptoPort,
  dir: string,
  logOrigin: string,
  settled: () => ChainPoint,
): () => Promise<string> {
  let name = `${logOrigin}#`;
  return async () => {
    if (name.endsWith('#') && settled().sequence > 0) name = await readLedgerName(crypto, dir, logOrigin);
    return name;
  };
}
