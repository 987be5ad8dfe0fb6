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
import { type GitHubFor, githubOverHttp } from './ports/github.js';
import { openStartCap } from './ports/start-cap.js';
import { createPublisher } from './publisher.js';
import { publisherTiming } from './timing.js';

/** What the publisher reaches the world through; tests and benchmarks may bring their own. */
export interface PublisherPorts {
  readonly github?: GitHubFor;
}

/**
 * Works `{publications-<account>}` of every account in the configuration.
 * @throws ConfigError for keys, tokens or a folder that are missing: nothing is taken from a queue that could not be carried out
 */
export async function startPublisher(engine: Engine, ports: PublisherPorts = {}): Promise<void> {
  const { config } = engine.loaded;
  const hmacKeys = openHmacKeys(engine);
  const marker = readHmacKey(engine.keysDir, 'marker');
  const github = ports.github ?? githubOverHttp(engine.loaded, process.env);
  const acknowledgements = await listenToLedger(engine);
  const { store, reader, appender, queues, blobs, clock, log } = engine;
  const publisher = createPublisher({
    ...{ store, reader, appender, queues, blobs, clock, log, acknowledgements, github },
    settled: settleAtStart(engine, 'publisher', acknowledgements),
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
  engine.health('gate', () => publisher.counts());
}
