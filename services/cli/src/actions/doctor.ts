import { type LoadedConfig, loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import { configFindings, diskFinding, keyFindings } from '../doctor/files.js';
import { type Finding, fail } from '../doctor/finding.js';
import {
  freezeFindings,
  outboxFindings,
  partitionFindings,
  queueFindings,
  redisFindings,
} from '../doctor/redis.js';
import { ledgerFinding, serviceFindings } from '../doctor/services.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { orderTrust } from '../freezing/order-trust.js';
import { openLedger } from '../reading/ledger-reader.js';
import { openLive } from '../reading/live.js';
import { probeRedis, redisPlace } from '../reading/redis-place.js';
import { renderFindings } from '../render/findings.js';

export async function doctor({ output, env, configPath }: Invocation): Promise<number> {
  const loaded = loadConfig(configPath, env);
  const redis = await askRedis(loaded, env);
  const ledger = openLedger(loaded);
  const findings = [
    ...configFindings(loaded),
    ...keyFindings(loaded),
    ...redis.findings,
    ledgerFinding(ledger),
    ...(await serviceFindings(loaded)),
    await diskFinding(loaded),
  ];
  await ledger?.close();
  const failed = findings.some(({ verdict }) => verdict === 'fail');
  output.document({ well: !failed, findings });
  renderFindings(output, findings);
  if (!redis.reachable) return exitCodes.unreachable;
  return failed ? exitCodes.failed : exitCodes.held;
}

async function askRedis(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly reachable: boolean; readonly findings: readonly Finding[] }> {
  const place = redisPlace(loaded, env);
  try {
    const live = openLive(loaded, place.url, await probeRedis(place));
    try {
      const findings = [
        ...redisFindings(loaded, place, live),
        ...(await partitionFindings(live)),
        ...(await freezeFindings(live, orderTrust(loaded, env, live))),
        ...(await outboxFindings(live)),
        ...(await queueFindings(loaded, live)),
      ];
      return { reachable: true, findings };
    } finally {
      await live.close();
    }
  } catch (fault) {
    if (!(fault instanceof CliError && fault.code === 'redis_unreachable')) throw fault;
    return { reachable: false, findings: [fail('redis', fault.message, fault.next)] };
  }
}
