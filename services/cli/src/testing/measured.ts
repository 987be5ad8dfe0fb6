import { loadConfig } from '@marketops/engine/reading';
import { ledgerPaths } from '@marketops/journal';
import { makeProof } from '@marketops/operator/proofs';
import { replaySteps, runEvents, withSources } from '@marketops/operator/reading';
import { formatVerifierKey, noteVerifier } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { openLog, openPlace } from '@marketops/tlog';

/** What `replay` and `proof` do once their process has started: for measuring them without its start. */
export interface Measured {
  /** Reads a run's events, verifies each, and folds the state around every one. @returns how many there were */
  replay(runId: string): Promise<number>;
  /** The run's proof bundle. */
  bundle(runId: string): Promise<string>;
  /** An entry's way to the signed root, read from the tiles anew. @param index counts from 0 */
  inclusion(index: number): Promise<readonly string[]>;
}

/** @param configPath of the `marketops.yml` whose data folder has the ledger; nothing of it may be written meanwhile */
export function measured(configPath: string): Measured {
  const loaded = loadConfig(configPath);
  const { config, dataDir, root, keyring } = loaded;
  const origin = keyring.log_origin;
  const logKeys = keyring.keys
    .filter(({ purpose }) => purpose === 'checkpoint')
    .map(({ public_key: publicKey }) =>
      noteVerifier(nodeCrypto, formatVerifierKey(nodeCrypto, { name: origin, publicKey })),
    );
  return {
    replay: (runId) =>
      withSources({ configPath, env: {} }, async (sources) => {
        const { events } = await runEvents(sources, runId);
        return [...replaySteps(events)].length;
      }),
    bundle: (runId) => makeProof(loaded, runId),
    async inclusion(index) {
      const place = await openPlace(config.ledger.tiles, { root, folder: ledgerPaths(dataDir).tiles });
      try {
        const { tree } = await openLog(nodeCrypto, place, { origin, logKeys });
        return await tree.inclusion(index);
      } finally {
        place.close?.();
      }
    },
  };
}
