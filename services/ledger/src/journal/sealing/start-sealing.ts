import type { Engine } from '@marketops/engine';
import type { JournalFileId } from '@marketops/verifier';
import type { LedgerTuning } from '../../tuning.js';
import { createSealer } from './sealer.js';

export interface SealingOptions {
  readonly dir: string;
  readonly current: () => JournalFileId;
  readonly tuning: LedgerTuning;
}

/**
 * Seals finished files while the ledger writes: one member after the other on a thread of Node's pool, so that a commit waits
 * for at most one turn of the event loop, about a millisecond.
 * @returns ends it, and waits until nothing of it is under way
 */
export function startSealing(engine: Engine, { dir, current, tuning }: SealingOptions): () => Promise<void> {
  const { log, clock, loaded } = engine;
  const stopping = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let [files, rawBytes, packedBytes] = [0, 0, 0];
  engine.health('sealing', () => ({
    enabled: loaded.config.ledger.journal.seal,
    files,
    raw_bytes: rawBytes,
    packed_bytes: packedBytes,
  }));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await last.catch(() => undefined);
  };
  if (!loaded.config.ledger.journal.seal) return stop;
  const sealer = createSealer({
    ...{ dir, current, bothMs: tuning.sealBothMs, nowMs: () => clock.nowMs() },
    onSealed: (sealed) => {
      files += 1;
      rawBytes += sealed.rawBytes;
      packedBytes += sealed.packedBytes;
      log.info({ sealed }, 'a journal file was sealed');
    },
    onFault: (file, fault) =>
      log.warn({ file, fault }, 'a journal file cannot be sealed; it stays as it is and is tried again'),
  });
  engine.every(tuning.sealEveryMs, 'seal', async () => {
    while (!stopping.signal.aborted) {
      const step = sealer.step(stopping.signal);
      last = step;
      if (!(await step)) return;
    }
  });
  return stop;
}
