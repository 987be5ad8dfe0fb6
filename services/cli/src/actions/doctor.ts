import type { Keyring } from '@marketops/contracts';
import { loadSettings, type Settings } from '@marketops/engine';
import type { LedgerIndex } from '@marketops/journal';
import {
  OperatorError,
  openUnverified,
  orderTrust,
  probeRedis,
  redisPlace,
  type Unverified,
  withReader,
} from '@marketops/operator';
import { openBlobs, openIndexOf } from '@marketops/operator/reading';
import type { Invocation } from '../command.js';
import { credentialFindings } from '../doctor/credentials.js';
import { driftFindings } from '../doctor/drift.js';
import { configFindings, diskFinding } from '../doctor/files.js';
import { type Finding, fail, skipped } from '../doctor/finding.js';
import { keyFindings, lookAtKeyring } from '../doctor/keys.js';
import {
  controlFreezeFindings,
  freezeFindings,
  outboxFindings,
  partitionFindings,
  queueFindings,
  redisFindings,
} from '../doctor/redis.js';
import { ledgerFinding, serviceFindings } from '../doctor/services.js';
import { unfinishedFindings } from '../doctor/unfinished.js';
import { exitCodes } from '../exit-codes.js';
import { renderFindings } from '../render/findings.js';

export async function doctor({ output, env, configPath }: Invocation): Promise<number> {
  const settings = loadSettings(configPath, env);
  const { keyring, findings: ofKeyring } = lookAtKeyring(settings);
  const ledger = openIndexOf(settings);
  const redis = await askRedis(settings, keyring, env, ledger);
  const findings = [
    ...configFindings(settings, keyring),
    ...ofKeyring,
    ...unfinishedFindings(settings, keyring),
    ...keyFindings(settings, keyring),
    ...redis.findings,
    ledgerFinding(ledger),
    ...(await serviceFindings(settings)),
    ...(await credentialFindings(settings, env)),
    await diskFinding(settings),
  ];
  await ledger?.close();
  const failed = findings.some(({ verdict }) => verdict === 'fail');
  output.document({ well: !failed, findings });
  renderFindings(output, findings);
  if (!redis.reachable) return exitCodes.unreachable;
  return failed ? exitCodes.failed : exitCodes.held;
}

async function askRedis(
  settings: Settings,
  keyring: Keyring | undefined,
  env: NodeJS.ProcessEnv,
  index: LedgerIndex | undefined,
): Promise<{ readonly reachable: boolean; readonly findings: readonly Finding[] }> {
  const place = redisPlace(settings, env);
  try {
    const redis = openUnverified(place.url, await probeRedis(place));
    try {
      const findings = [
        ...redisFindings(settings, place, redis),
        ...(await partitionFindings(redis)),
        ...(await frozenFindings(settings, keyring, redis, env)),
        ...(await outboxFindings(redis)),
        ...(await queueFindings(settings, redis)),
        ...(keyring === undefined
          ? [skipped('drift', 'not asked about: without the keyring nothing can be believed')]
          : await driftFindings(
              settings,
              { index, blobs: openBlobs(settings.dataDir) },
              withReader(redis, keyring),
            )),
      ];
      return { reachable: true, findings };
    } finally {
      await redis.close();
    }
  } catch (fault) {
    if (!(fault instanceof OperatorError && fault.code === 'redis_unreachable')) throw fault;
    return { reachable: false, findings: [fail('redis', fault.message, fault.next)] };
  }
}

function frozenFindings(
  settings: Settings,
  keyring: Keyring | undefined,
  redis: Unverified,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  if (keyring === undefined) return controlFreezeFindings(redis);
  const live = withReader(redis, keyring);
  return freezeFindings(live, orderTrust({ ...settings, keyring }, env, live));
}
