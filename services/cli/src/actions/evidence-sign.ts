import { EvidenceClaims } from '@marketops/contracts';
import { isoTime, loadConfig, newUlid } from '@marketops/engine';
import {
  listedKey,
  openRuns,
  readHoldersKey,
  refuseEvidence,
  shownPlan,
  systemAudience,
} from '@marketops/operator';
import { parsed, parseRunId } from '@marketops/operator/words';
import { canonicalJson, openKeyring, signEvidence } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Invocation } from '../command.js';
import type { EvidenceSignFlags } from '../commands/evidence.js';
import { exitCodes } from '../exit-codes.js';

export async function signFact(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
  { kind, value, key: path, expires }: EvidenceSignFlags,
): Promise<number> {
  const runId = parseRunId(text);
  const fact = {
    kind: parsed(EvidenceClaims.shape.kind, '--kind', kind),
    value: parsed(EvidenceClaims.shape.value, '--value', value),
  };
  const loaded = loadConfig(configPath, env);
  const keyring = openKeyring(nodeCrypto, loaded.keyring);
  const key = readHoldersKey('issuer', path);
  const nowMs = Date.now();
  listedKey(keyring, key, { purpose: 'evidence', at: isoTime(nowMs) });
  const runs = await openRuns(loaded, env);
  try {
    const shown = shownPlan(await runs.read(runId));
    const audience = systemAudience(loaded, env);
    const claims = {
      version: 1,
      evidence_id: newUlid(),
      issuer: key.holder,
      key_id: key.keyId,
      ...fact,
      run_id: runId,
      plan_digest: shown.digest,
      environment: audience.environment,
      issued_at: isoTime(nowMs),
      expires_at: isoTime(nowMs + expires),
    } as const;
    const evidence = signEvidence(nodeCrypto, claims, key.key);
    refuseEvidence(evidence, shown, { keyring, audience, nowIso: isoTime(nowMs) });
    output.document(evidence);
    output.line(canonicalJson(evidence));
    output.note(
      `${key.holder} vouches for ${kind} ${value} until ${evidence.expires_at}. Bring it: marketops evidence add ${runId}`,
    );
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
