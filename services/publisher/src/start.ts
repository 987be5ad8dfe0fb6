import { join } from 'node:path';
import {
  audienceOf,
  type Engine,
  type IncomingJob,
  listenToLedger,
  openHmacKeys,
  queueNames,
  readHmacKey,
  settleAtStart,
} from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { createAllowList, startCapsOf } from './allow-list.js';
import { openReconciler } from './drift/start-reconciler.js';
import type { FaultPoints } from './fault-points.js';
import { openLimitsFromConfig } from './limits/limits-from-config.js';
import { type GitHubFor, githubOverHttp } from './ports/github.js';
import { openStartCap } from './ports/start-cap.js';
import { createPublisher } from './publisher.js';
import { publisherTiming } from './timing.js';

/** What the publisher reaches the world through; tests and benchmarks may bring their own. */
export interface PublisherPorts {
  readonly github?: GitHubFor;
  /** What is told where an execution stands; a test's, to stop or end the process there. */
  readonly faultPoints?: FaultPoints;
}

/**
 * Works `{publications-<account>}` of every account in the configuration.
 * @throws ConfigError for keys, tokens or a folder that are missing: nothing is taken from a queue that could not be carried out
 */
export async function startPublisher(engine: Engine, ports: PublisherPorts = {}): Promise<void> {
  const { config } = engine.loaded;
  const hmacKeys = openHmacKeys(engine);
  const marker = readHmacKey(engine.keysDir, 'marker');
  const limits = openLimitsFromConfig(engine);
  const github =
    ports.github ??
    githubOverHttp(engine.loaded, process.env, limits, (variable, fault) =>
      engine.log.warn(
        { variable, fault },
        'a secret was changed to what cannot be used; the last one serves on',
      ),
    );
  const acknowledgements = await listenToLedger(engine);
  const { store, reader, queues, blobs, clock, log } = engine;
  const settled = settleAtStart(engine, 'publisher', acknowledgements);
  const reconciler = openReconciler(engine);
  const appender = reconciler?.appender ?? engine.appender;
  const publisher = createPublisher({
    ...{ store, reader, appender, queues, blobs, clock, log, acknowledgements, github, limits },
    ...(ports.faultPoints === undefined ? {} : { faultPoints: ports.faultPoints }),
    ...(engine.telemetry === undefined ? {} : { metrics: engine.telemetry.metrics }),
    settled,
    markerKey: marker.key,
    timing: publisherTiming(config.timing),
    startCap: openStartCap(join(engine.loaded.dataDir, 'publisher', 'starts'), startCapsOf(config), () =>
      clock.nowMs(),
    ),
    rules: {
      crypto: nodeCrypto,
      keyring: engine.keyring,
      hmacKeys,
      issuer: config.issuer,
      audience: audienceOf(engine.loaded),
      allowList: createAllowList(config),
    },
  });
  for (const account of Object.keys(config.accounts)) {
    const work = async (job: IncomingJob) => void (await publisher.handle(job));
    engine.work(queueNames.publications(account), work, { throttles: true });
  }
  reconciler?.start({ github, settled, markerKey: marker.key });
  engine.health('gate', () => publisher.counts());
}
