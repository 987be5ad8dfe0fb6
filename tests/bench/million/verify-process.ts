import { join } from 'node:path';
import { loadConfig } from '@marketops/engine';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { verifyTiles } from '@marketops/verifier';
import { logInFolder, verifyJournal } from '@marketops/verifier/node';
import { cpuMs } from './cpu.js';
import { markKeeper, marksOf } from './memory.js';
import type { VerifiedInProcess } from './verified.js';

/**
 * One verification in a process of its own, so that its memory is its own: `<what> <marketops.yml> <data folder> <entries>`.
 * Prints one `VerifiedInProcess` as JSON.
 */
const [what, configPath = '', dataDir = '', count] = process.argv.slice(2);
const entries = Number(count);
const { keyring } = loadConfig(configPath);
const marks = markKeeper(marksOf(entries), 'self');
const ledger = join(dataDir, 'ledger');

/** Everything but the curve: what the chain, the digests and the meaning cost without the signatures. */
const unsigned: CryptoPort = { ...nodeCrypto, verify: () => true };

async function verified(): Promise<{ ok: boolean; entries: number; elapsedMs: number; fault?: unknown }> {
  if (what === 'tiles') {
    const onProgress = (at: number) => marks.take(at);
    return verifyTiles({ log: logInFolder(join(ledger, 'tiles')), keyring, crypto: nodeCrypto, onProgress });
  }
  return verifyJournal({
    ...{ dir: join(ledger, 'journal'), keyring },
    crypto: what === 'chain' ? unsigned : nodeCrypto,
    onProgress: ({ entries: at }) => marks.take(at),
  });
}

const startedCpuMs = cpuMs();
const report = await verified();
marks.take(report.entries);
const result: VerifiedInProcess = {
  ...{ ok: report.ok, entries: report.entries, elapsed_ms: report.elapsedMs },
  cpu_ms: Math.round(cpuMs() - startedCpuMs),
  ...{ fault: report.fault ?? null, memory: marks.kept },
};
process.stdout.write(`${JSON.stringify(result)}\n`);
