import { type LoadedConfig, loadConfig } from '@marketops/engine/reading';
import { makeProof, shippedRelease } from '@marketops/operator/proofs';
import { parseRunId, thousands } from '@marketops/operator/words';
import { nodeCrypto } from '@marketops/proof/node';
import { bundleBytesMax, bundleJson, renderBundle, verifyBundle } from '@marketops/verifier';
import type { Invocation } from '../command.js';
import type { ProofFlags } from '../commands/proof.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { attach } from '../proving/attachment.js';
import { writeNew } from '../proving/write-new.js';

export async function proof(
  invocation: Invocation,
  [text = '']: readonly string[],
  flags: ProofFlags,
): Promise<number> {
  const { output, env, configPath } = invocation;
  const { output: path } = flags;
  const runId = parseRunId(text);
  const loaded = loadConfig(configPath, env);
  const bundle = await makeProof(loaded, runId);
  if (flags.attach === true) return attachProof(invocation, loaded, runId, bundle, flags);
  if (path === undefined) {
    output.exported(bundle.slice(0, -1));
    await output.drained();
    return exitCodes.held;
  }
  await writeNew(path, bundle);
  const bytes = new TextEncoder().encode(bundle);
  const report = verifyBundle({ bytes, runId, keyring: loaded.keyring, crypto: nodeCrypto });
  output.document({ file: path, bytes: bytes.length, ...bundleJson(report) });
  renderBundle(report, (line) => output.line(line));
  output.line(`       ${path}, ${thousands(bytes.length)} bytes`);
  return report.ok ? exitCodes.held : exitCodes.failed;
}

/**
 * Onto the release that the run shipped, as a plan of its own.
 * @throws CliError `proof_not_ready` where the bundle is not of a whole run; OperatorError `release_not_shipped`
 */
async function attachProof(
  invocation: Invocation,
  loaded: LoadedConfig,
  runId: string,
  bundle: string,
  flags: ProofFlags,
): Promise<number> {
  const { keyring } = loaded;
  const verified = (bytes: Uint8Array) => verifyBundle({ bytes, runId, keyring, crypto: nodeCrypto });
  const { run, ok, entries, withheld } = verified(new TextEncoder().encode(bundle));
  // One from before a redrive, or from before something was erased, says something else of the run.
  const isSame = (bytes: Uint8Array): boolean => {
    const there = verified(bytes);
    return there.ok && there.entries === entries && there.withheld === withheld;
  };
  if (!ok || run === null || run.status === null)
    throw new CliError(
      'proof_not_ready',
      `${runId} has no whole bundle: ${ok ? 'it has not ended' : 'it does not hold'}`,
      {
        next: 'Ask again when it has ended: marketops timeline. What does not hold marketops proof tells.',
      },
    );
  const release = await shippedRelease(loaded, runId, flags.operation);
  return attach(
    invocation,
    loaded,
    {
      ...{ name: `marketops-proof-${runId}.json`, contentType: 'application/json' },
      ...{ bytes: bundle, bytesMax: bundleBytesMax, isSame },
      tenantId: run.tenant_id ?? '',
      ...{ repository: release.repository, tagName: release.tagName },
    },
    flags,
    flags.output,
  );
}
