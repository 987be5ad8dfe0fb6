import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EventDraft, runStream } from '@marketops/contracts';
import { newUlid, readSigningKey } from '@marketops/engine';
import { defaultCacheDir, provideRedis } from '@marketops/local';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender, openRedisStore } from '@marketops/store';
import { initializeBench, startService, stopService } from './marketops/processes.js';

const streams = 6_000;
const eventsPerStream = 4;
/** Streams appended at a time, so that the load generator does not run away from the ledger. */
const inFlightMax = 1_000;

/**
 * How many events per second the ledger takes: from the first append until the last acknowledgement, with one process
 * appending as fast as the ledger keeps up. Only the ledger and Redis run beside it.
 */
export async function measureLedger(dir: string, say: (line: string) => void): Promise<number> {
  mkdirSync(dir, { recursive: true });
  const redis = await provideRedis({
    dataDir: join(dir, 'redis'),
    cacheDir: defaultCacheDir(process.env),
    allowNonDurable: true,
  });
  const { configPath, dataDir } = initializeBench(dir);
  const ledger = await startService('ledger', {
    configPath,
    redisUrl: redis.url,
    keysDir: join(dataDir, 'keys', 'ledger'),
  });
  const store = openRedisStore(redis.url);
  try {
    const signer = readSigningKey(join(dataDir, 'keys', 'planner'), 'actor');
    const appender = createAppender({
      store,
      crypto: nodeCrypto,
      newId: newUlid,
      now: () => new Date(),
      signer: { actor: 'planner', ...signer },
    });
    const runIds = Array.from({ length: streams }, (_, n) =>
      deriveRunId(nodeCrypto, { principal: 'bench', tenantId: 'acme', idempotencyKey: `ledger-${n}` }),
    );
    const open = new Set<string>();
    let appended = 0;
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      const more = () => {
        while (appended < streams && open.size < inFlightMax) {
          const runId = runIds[appended] ?? '';
          appended += 1;
          open.add(runStream(runId));
          appender.append(appendOf(runId)).catch(reject);
        }
      };
      store
        .onAcknowledged((acknowledged) => {
          for (const stream of acknowledged) open.delete(stream);
          if (open.size === 0 && appended === streams) resolve();
          else more();
        })
        .then(more, reject);
    });
    const seconds = (performance.now() - began) / 1_000;
    const perSecond = (streams * eventsPerStream) / seconds;
    say(`ledger alone: ${Math.round(perSecond)} events/s`);
    return perSecond;
  } finally {
    await store.close();
    await stopService(ledger);
    await redis.stop();
  }
}

function appendOf(runId: string) {
  const reason =
    'measured by the benchmark, with about as many bytes in it as an event of a one-operation run has '.repeat(
      4,
    );
  const event: EventDraft = { type: 'run.cancel_requested', data: { principal: 'bench', reason } };
  return {
    context: { tenantId: 'acme', runId, mode: 'prod' as const, causationId: null, correlationId: runId },
    streams: [
      { stream: runStream(runId), afterSeq: 0, events: Array.from({ length: eventsPerStream }, () => event) },
    ],
  };
}
