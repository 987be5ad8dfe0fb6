import { type LoadedConfig, loadConfig } from '@marketops/engine';
import {
  type AcknowledgementReport,
  type CollectedWords,
  collectWords,
  compareWords,
  OperatorError,
  probeRedis,
  redisPlace,
} from '@marketops/operator';
import { type LedgerVerification, openLedger, verifyLedger } from '@marketops/operator/reading';
import { thousands } from '@marketops/operator/words';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { JournalProgress } from '@marketops/verifier';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderVerification, verificationJson } from '../render/verification.js';

export async function verify(
  invocation: Invocation,
  _args: readonly string[],
  { pins }: { readonly pins?: string },
): Promise<number> {
  const { output, env, configPath } = invocation;
  const loaded = loadConfig(configPath, env);
  const words = await wordsInRedis(loaded, env);
  const verification = await verifyLedger(loaded, {
    ...(pins === undefined ? {} : { pinsDir: pins }),
    onProgress: progress(invocation),
  });
  const compared = words === undefined ? undefined : await compare(loaded, words, verification);
  output.document(verificationJson(verification, compared));
  renderVerification(output, verification, compared);
  return verification.report.ok && (compared?.faults.length ?? 0) === 0 ? exitCodes.held : exitCodes.failed;
}

const tellEveryMs = 1_000;

function progress({ output }: Invocation): (progress: JournalProgress) => void {
  let toldAtMs = Date.now();
  return ({ entries, bytes, bytesTotal }) => {
    if (Date.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = Date.now();
    output.note(`  ${thousands(entries)} entries, ${Math.floor((100 * bytes) / Math.max(1, bytesTotal))} %`);
  };
}

/** Undefined where Redis does not answer: the journal is verified all the same. */
async function wordsInRedis(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
): Promise<CollectedWords | undefined> {
  const place = redisPlace(loaded, env);
  try {
    await probeRedis(place);
    return await collectWords(place);
  } catch (fault) {
    if (fault instanceof OperatorError && fault.code === 'redis_unreachable') return undefined;
    throw fault;
  }
}

/** Undefined where the journal itself does not hold: then there is nothing to compare with. */
async function compare(
  loaded: LoadedConfig,
  words: CollectedWords,
  { report }: LedgerVerification,
): Promise<AcknowledgementReport | undefined> {
  if (!report.ok) return undefined;
  const ledger = openLedger(loaded);
  try {
    return compareWords(words, { keyring: openKeyring(nodeCrypto, loaded.keyring), journal: report, ledger });
  } finally {
    await ledger?.close();
  }
}
