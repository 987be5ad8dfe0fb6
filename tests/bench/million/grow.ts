import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStream } from '@marketops/contracts';
import { newUlid, readHmacKey, readSigningKey } from '@marketops/engine';
import { type Mint, openMint } from '@marketops/federation';
import { nodeCrypto } from '@marketops/proof/node';
import { type Appender, createAppender, openRedisStore } from '@marketops/store';
import { startService, stopService, tenantId } from '../marketops/processes.js';
import { usageOf } from '../measure/process-usage.js';
import { type MemoryMark, markKeeper, marksOf } from './memory.js';
import { type AboutRun, eventsPerRun, runIdOf, saidOfRun } from './run-events.js';

/** Runs under way at a time, so that the load generator does not run away from the ledger. */
const inFlightMax = 1_000;
/** Nothing acknowledged for so long: the ledger does not go on. */
const silenceMs = 60_000;

export interface GrownLedger {
  readonly runs: number;
  readonly events_per_second: number;
  /** Of the ledger's process, index and tiles included. */
  readonly ledger_cpu_ms: number;
  /** Of the ledger's process, as the log grew. */
  readonly ledger_memory: readonly MemoryMark[];
}

export interface GrowOptions {
  readonly redisUrl: string;
  readonly configPath: string;
  readonly dataDir: string;
  readonly entries: number;
  readonly say: (line: string) => void;
  /** Where they are not all of one tenant and about one repository. */
  readonly aboutOf?: (index: number) => AboutRun;
}

/**
 * Fills a ledger: whole runs of eight events, each append signed by the service that would say it, through Redis into the
 * real ledger process, which verifies, chains, syncs and acknowledges them, indexes them and projects them into tiles.
 * Ends when the signed checkpoint is over all of them.
 */
export async function growLedger(options: GrowOptions): Promise<GrownLedger> {
  const { redisUrl, configPath, dataDir, entries, say, aboutOf } = options;
  const ledger = await startService('ledger', {
    configPath,
    redisUrl,
    keysDir: join(dataDir, 'keys', 'ledger'),
  });
  const store = openRedisStore(redisUrl);
  try {
    const appenderOf = (actor: 'planner' | 'federation' | 'publisher'): Appender =>
      createAppender({
        ...{ store, crypto: nodeCrypto, newId: newUlid, now: () => new Date() },
        signer: { actor, ...readSigningKey(join(dataDir, 'keys', actor), 'actor') },
      });
    const appenders = {
      planner: appenderOf('planner'),
      federation: appenderOf('federation'),
      publisher: appenderOf('publisher'),
    };
    const mint = mintFrom(join(dataDir, 'keys', 'federation'));
    const startedCpuMs = usageOf(ledger.pid)?.cpuMs ?? 0;
    const marks = markKeeper(marksOf(entries), ledger.pid);
    const runs = Math.ceil(entries / eventsPerRun);
    /** Streams of runs under way → whether all has been said of them. */
    const open = new Map<string, boolean>();
    let begun = 0;
    let ended = 0;
    let lastHeardMs = performance.now();
    const beganMs = performance.now();
    let watch: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      const tell = async (index: number) => {
        const about = aboutOf?.(index);
        const runId = runIdOf(index, about);
        const stream = runStream(runId);
        open.set(stream, false);
        let said = 0;
        for await (const { by, streams } of saidOfRun(index, mint, about)) {
          said += streams.reduce((sum, one) => sum + one.events.length, 0);
          if (said === eventsPerRun) open.set(stream, true);
          await appenders[by].append({
            context: {
              ...{ tenantId: about?.tenantId ?? tenantId, runId, mode: 'prod', causationId: null },
              correlationId: runId,
            },
            streams,
          });
        }
      };
      const more = () => {
        while (begun < runs && open.size < inFlightMax) {
          tell(begun).catch(reject);
          begun += 1;
        }
      };
      watch = setInterval(() => {
        say(`  ${ended * eventsPerRun} of ${entries} entries`);
        if (performance.now() - lastHeardMs > silenceMs)
          reject(new RangeError(`the ledger acknowledged ${ended} of ${runs} runs, then nothing`));
      }, 10_000);
      store
        .onAcknowledged((acknowledged) => {
          lastHeardMs = performance.now();
          for (const stream of acknowledged) {
            // What was acknowledged before the run's last word is its beginning.
            if (open.get(stream) !== true) continue;
            open.delete(stream);
            ended += 1;
          }
          marks.take(ended * eventsPerRun);
          if (ended === runs) resolve();
          else more();
        })
        .then(more, reject);
    }).finally(() => clearInterval(watch));
    const seconds = (performance.now() - beganMs) / 1_000;
    await untilProjected(join(dataDir, 'ledger', 'tiles', 'checkpoint'), runs * eventsPerRun);
    return {
      ...{ runs, ledger_cpu_ms: Math.round((usageOf(ledger.pid)?.cpuMs ?? 0) - startedCpuMs) },
      events_per_second: Math.round((runs * eventsPerRun) / seconds),
      ledger_memory: marks.kept,
    };
  } finally {
    await store.close();
    await stopService(ledger);
  }
}

function mintFrom(keysDir: string): Mint {
  return openMint(
    nodeCrypto,
    {
      issuer: 'bench',
      audience: {
        environment: 'bench',
        api_origin: 'https://api.github.com',
        log_origin: 'marketops.bench/log',
      },
      receiptTtlMs: 3_600_000,
    },
    {
      signer: signerOf(keysDir),
      hmac: readHmacKey(keysDir, 'receipt-hmac'),
    },
  );
}

function signerOf(keysDir: string) {
  const { keyId, key } = readSigningKey(keysDir, 'mint');
  return { keyId, sign: (bytes: Uint8Array) => nodeCrypto.sign(key, bytes) };
}

/** The second line of a checkpoint is the size of the tree it is over. */
async function untilProjected(path: string, entries: number): Promise<void> {
  const until = performance.now() + silenceMs;
  for (;;) {
    try {
      if (Number(readFileSync(path, 'utf8').split('\n')[1]) >= entries) return;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
    }
    if (performance.now() > until) throw new RangeError(`${path} is not over ${entries} entries`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
