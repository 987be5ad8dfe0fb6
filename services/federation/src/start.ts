import { resolve } from 'node:path';
import {
  audienceOf,
  type Engine,
  jobNames,
  listenToLedger,
  openMintKeys,
  projectFreezes,
  queueNames,
  type Settled,
  settleAtStart,
} from '@marketops/engine';
import { knownNames, type Policy } from '@marketops/policy';
import { nodeCrypto } from '@marketops/proof/node';
import { authorizationHandler, type LiveAuthorizer } from './authorization-handler.js';
import { recordKeyEvents } from './keyring-events.js';
import { openLivePolicy } from './live-policy.js';
import { type MintKeys, openMint } from './mint.js';
import { recordPolicies } from './policy-record.js';
import { revocationHandler } from './revocation-handler.js';
import { countStatements, type Vouching } from './vouched.js';

/** What federation decides and signs by; tests may bring their own. */
export interface FederationPorts {
  /** Otherwise the policies of the folder that the configuration names, as they are now. */
  readonly policy?: Policy;
  /** Otherwise the keys of this service's folder. */
  readonly keys?: MintKeys;
  /** Otherwise the ledger's, as it says it in Redis. */
  readonly ledger?: LedgerWord;
}

/** The ledger's word, on a run and on `system`. */
interface LedgerWord {
  readonly vouches: Vouching;
  readonly settled: Settled;
}

const reloadEveryMs = 2_000;

/** Works `{authorizations}`. @throws PolicyError, ConfigError where it must not start */
export async function startFederation(engine: Engine, ports: FederationPorts = {}): Promise<void> {
  const authorizer = await openAuthorizer(engine, ports);
  const authorize = authorizationHandler(engine, authorizer);
  recordKeyEvents(engine);
  const revoke = revocationHandler(engine, authorizer);
  engine.work(queueNames.authorizations, (job) =>
    job.name === jobNames.revoke ? revoke(job) : authorize(job),
  );
}

/**
 * All that it takes to authorize in this process: the mint, whose keys go nowhere else, the policies, which are followed
 * as their folder changes, and what is frozen.
 * @throws PolicyError where the policies cannot be taken into force; ConfigError for keys that must not be used
 */
export async function openAuthorizer(engine: Engine, ports: FederationPorts = {}): Promise<LiveAuthorizer> {
  const { config } = engine.loaded;
  const audience = audienceOf(engine.loaded);
  const mint = openMint(
    nodeCrypto,
    { issuer: config.issuer, audience, receiptTtlMs: config.timing.receipt_ttl_ms },
    ports.keys ?? openMintKeys(engine),
  );
  const { vouches, settled } = ports.ledger ?? (await ledgerOf(engine));
  const freezes = projectFreezes({
    reader: engine.reader,
    trust: { crypto: nodeCrypto, keyring: engine.keyring, audience },
    nowMs: () => engine.clock.nowMs(),
    log: engine.log,
    settled,
  });
  const { policy } = ports;
  return {
    crypto: nodeCrypto,
    audience,
    mint,
    freezes,
    statements: countStatements(engine, vouches),
    policy: policy === undefined ? followPolicies(engine) : () => policy,
    approvalTtlMs: config.timing.approval_ttl_ms,
  };
}

async function ledgerOf(engine: Engine): Promise<LedgerWord> {
  const acknowledgements = await listenToLedger(engine);
  return {
    vouches: (stream, awaited, timeoutMs) => acknowledgements.waitFor(stream, awaited, timeoutMs),
    settled: settleAtStart(engine, 'federation', acknowledgements),
  };
}

function followPolicies(engine: Engine): () => Policy {
  const { loaded, reader, appender, log } = engine;
  const live = openLivePolicy(nodeCrypto, resolve(loaded.root, loaded.config.policies), log, {
    known: () => knownNames(loaded.config.principals, engine.keyring.list()),
    nowMs: () => engine.clock.nowMs(),
  });
  engine.health('policies', () => live.health());
  const record = recordPolicies(reader, appender);
  engine.every(reloadEveryMs, 'policies', async () => {
    live.reload();
    await record.record(live.current());
  });
  // Said as soon as it can be: until the ledger has opened the partitions nothing can, and each turn tries again.
  record.record(live.current()).catch((fault: unknown) => log.debug({ fault }, 'policy.loaded has to wait'));
  return () => live.current();
}
