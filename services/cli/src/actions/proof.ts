import { open } from 'node:fs/promises';
import { loadConfig } from '@marketops/engine/reading';
import { nodeCrypto } from '@marketops/proof/node';
import { bundleJson, renderBundle, verifyBundle } from '@marketops/verifier';
import { parseRunId } from '../arguments.js';
import type { Invocation } from '../command.js';
import type { ProofFlags } from '../commands/proof.js';
import { CliError, reasonOf } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { makeProof } from '../proving/make-proof.js';
import { thousands } from '../render/words.js';

export async function proof(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
  { output: path }: ProofFlags,
): Promise<number> {
  const runId = parseRunId(text);
  const loaded = loadConfig(configPath, env);
  const bundle = await makeProof(loaded, runId);
  if (path === undefined) {
    output.exported(bundle.slice(0, -1));
    await output.drained();
    return exitCodes.held;
  }
  await write(path, bundle);
  const bytes = new TextEncoder().encode(bundle);
  const report = verifyBundle({ bytes, runId, keyring: loaded.keyring, crypto: nodeCrypto });
  output.document({ file: path, bytes: bytes.length, ...bundleJson(report) });
  renderBundle(report, (line) => output.line(line));
  output.line(`       ${path}, ${thousands(bytes.length)} bytes`);
  return report.ok ? exitCodes.held : exitCodes.failed;
}

/** Where nothing is yet: a proof is not written over. @throws CliError `report_exists`, `usage_invalid` */
async function write(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new CliError(
      isThere ? 'report_exists' : 'usage_invalid',
      isThere ? `${path} is there already` : `${path} cannot be written: ${reasonOf(cause)}`,
      { next: 'Name another file with --output.', cause },
    );
  }
}
