import { type LoadedConfig, loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { type AcknowledgementReport, compareAcknowledgements } from '../reading/acknowledged.js';
import { openLedger } from '../reading/ledger-reader.js';
import { connectLive } from '../reading/live.js';
import { type LedgerVerification, verifyLedger } from '../reading/verify-ledger.js';
import { renderVerification, verificationJson } from '../render/verification.js';
import { thousands } from '../render/words.js';

export async function verify(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  { pins }: { readonly pins?: string },
): Promise<number> {
  const loaded = loadConfig(configPath, env);
  let toldAt = Date.now();
  const verification = await verifyLedger(loaded, {
    ...(pins === undefined ? {} : { pinsDir: pins }),
    onProgress: ({ entries, bytes, bytesTotal }) => {
      if (Date.now() - toldAt < 1_000) return;
      toldAt = Date.now();
      output.note(
        `  ${thousands(entries)} entries, ${Math.floor((100 * bytes) / Math.max(1, bytesTotal))} %`,
      );
    },
  });
  const compared = await compareWithRedis(loaded, env, verification);
  output.document(verificationJson(verification, compared));
  renderVerification(output, verification, compared);
  return verification.report.ok && (compared?.faults.length ?? 0) === 0 ? exitCodes.held : exitCodes.failed;
}

/** Undefined where there is nothing to compare: Redis does not answer, or the journal itself does not hold. */
async function compareWithRedis(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  { report }: LedgerVerification,
): Promise<AcknowledgementReport | undefined> {
  if (!report.ok) return undefined;
  const ledger = openLedger(loaded);
  try {
    const live = await connectLive(loaded, env);
    try {
      return ledger === undefined ? undefined : await compareAcknowledgements(live, ledger, report);
    } finally {
      await live.close();
    }
  } catch (fault) {
    if (fault instanceof CliError && fault.code === 'redis_unreachable') return undefined;
    throw fault;
  } finally {
    await ledger?.close();
  }
}
