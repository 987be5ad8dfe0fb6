import { loadConfig } from '@marketops/engine';
import { openRuns, systemAudience } from '@marketops/operator';
import { configuredPolicies, explainedOperations } from '@marketops/operator/policy';
import { parseRunId } from '@marketops/operator/words';
import { loadPolicyDirectory } from '@marketops/policy/node';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { explainedJson, renderExplained } from '../render/policy-explain.js';
import { renderRunHead } from '../render/run.js';

export async function explainRun(invocation: Invocation, [text = '']: readonly string[]): Promise<number> {
  const { output, env, configPath } = invocation;
  const runId = parseRunId(text);
  const loaded = loadConfig(configPath, env);
  const folder = configuredPolicies(loaded);
  const policies = loadPolicyDirectory(folder);
  const runs = await openRuns(loaded, env);
  try {
    const record = await runs.read(runId);
    const operations = explainedOperations(record, policies, {
      keyring: openKeyring(nodeCrypto, loaded.keyring),
      audience: systemAudience(loaded, env),
      nowIso: new Date().toISOString(),
    });
    output.document({
      run_id: runId,
      mode: record.run.mode,
      policies: { folder, digest: policies.digest },
      operations: operations.map(explainedJson),
    });
    renderRunHead(output, record);
    renderExplained(output, { folder, digest: policies.digest }, operations);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
