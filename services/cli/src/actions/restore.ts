import { dirname, resolve } from 'node:path';
import { fromEnvironment } from '@marketops/engine/environment';
import { plural, thousands } from '@marketops/operator/words';
import { restoreBackup } from '../backup/restore-backup.js';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { sanitize } from '../sanitize.js';

const tellEveryMs = 1_000;

export async function restore(
  { output, env, configPath }: Invocation,
  [folder = '']: readonly string[],
): Promise<number> {
  const config = resolve(configPath);
  const dataDir = resolve(dirname(config), fromEnvironment(env, 'MARKETOPS_DATA_DIR') ?? '.marketops');
  let toldAtMs = performance.now();
  const { manifest, aside, kept, hasKeys } = await restoreBackup(
    resolve(folder),
    { configPath: config, dataDir },
    ({ entries }) => {
      if (performance.now() - toldAtMs < tellEveryMs) return;
      toldAtMs = performance.now();
      output.note(`  ${thousands(entries)} entries verified`);
    },
  );
  output.document({
    data_dir: dataDir,
    config: config,
    last_sequence: manifest.last_sequence,
    last_hash: manifest.last_hash,
    made_at: manifest.made_at,
    aside: aside ?? null,
    kept,
    has_keys: hasKeys,
  });
  output.line(
    `${sanitize(dataDir)} is what the backup of ${sanitize(manifest.made_at)} says: entry ${thousands(manifest.last_sequence)} is the last.`,
  );
  if (aside !== undefined) output.line(`The ledger that stood there is in ${sanitize(aside)}.`);
  if (kept.length > 0)
    output.line(`${plural(kept.length, 'file')} left as they were: ${sanitize(kept.slice(0, 5).join(', '))}`);
  if (!hasKeys) output.line('There are no private keys: put the keys folder back, or nothing can be signed.');
  output.line();
  output.line('Next:');
  output.line(
    '  marketops ledger rebuild         where Redis is empty: what would be put back; then with --yes',
  );
  output.line('  marketops doctor                 what is well and what is not');
  output.line(
    'If the ledger says ledger_behind, Redis knows of entries that came after this backup: look for a newer copy first.',
  );
  return exitCodes.held;
}
