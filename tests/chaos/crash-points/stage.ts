import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHubAccess, type System, serviceEnvironment, startSystem } from '@marketops/cli';
import { type SimulatedGitHub, startSimulatedGitHub } from '@marketops/local';
import { type Client, openClient } from '../../support/client.js';
import { shortTiming } from '../../support/temporary-system.js';
import { type PublisherProcess, startPublisherProcess } from './publisher-process.js';
import { assetFiles } from './subjects.js';

/** As elsewhere, but that a dead worker's job comes back sooner: the cells wait for nothing longer than for that. */
export const timing = { ...shortTiming, lock_ms: 1_500 } as const;

const policy = `@id("chaos")
permit (principal, action, resource);
`;

/** After so many accounts a publisher is replaced: each costs it a worker, and is used once. */
const accountsPerSuccessor = 48;
const accountsMax = 1_000;

/**
 * What the cells share: Redis, GitHub, ledger, planner and federation, as real as they are. GitHub answers over HTTP like any
 * other, from this process, which holds its controls. Publishers are the cells' own.
 */
export interface Stage {
  readonly system: System;
  readonly client: Client;
  readonly github: SimulatedGitHub;
  /** An account that nobody has used yet. */
  account(): string;
  /** A publisher for one cell, which may do with it whatever it likes. Started ahead, so that no cell waits for a start. */
  victim(): Promise<PublisherProcess>;
  /** A publisher that nothing happens to, shared with other cells. */
  successor(): Promise<PublisherProcess>;
  close(): Promise<void>;
}

/** @param ahead how many victims are kept ready */
export async function openStage({ ahead }: { readonly ahead: number }): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'marketops-crash-points-'));
  const accounts = Array.from({ length: accountsMax }, (_, n) => `c${String(n).padStart(4, '0')}`);
  const tokens = { read: 'simulated_read', write: 'simulated_write' };
  const github = await startSimulatedGitHub({ tokens: Object.values(tokens) });
  const access: GitHubAccess = {
    ...{ apiUrl: github.url, uploadUrl: github.uploadsUrl },
    ...{ readToken: { value: tokens.read }, writeToken: { value: tokens.write } },
  };
  mkdirSync(join(dir, 'policies'));
  writeFileSync(join(dir, 'policies', 'chaos.cedar'), policy);
  mkdirSync(join(dir, 'releases'));
  for (const [name, text] of Object.entries(assetFiles)) writeFileSync(join(dir, 'releases', name), text);
  const closing: (() => Promise<unknown>)[] = [
    () => rm(dir, { recursive: true, force: true }),
    () => github.stop(),
  ];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const system = await startSystem({
      ...{ dir, github: access, restartCrashed: false, allowNonDurableRedis: true },
      services: ['ledger', 'planner', 'federation'],
      config: {
        timing,
        accounts: Object.fromEntries(accounts.map((account) => [account, {}])),
        // No fence but the policies.
        publisher: {},
      },
    });
    closing.push(() => system.stop());
    const client = await openClient(system);
    closing.push(() => client.close());
    return {
      system,
      client,
      github,
      ...publishersOf(system, access, ahead, closing),
      account: next(accounts),
      close,
    };
  } catch (fault) {
    await close();
    throw fault;
  }
}

function next(accounts: readonly string[]): () => string {
  let used = 0;
  return () => {
    const account = accounts[used];
    if (account === undefined) throw new RangeError(`more than ${accounts.length} accounts are needed`);
    used += 1;
    return account;
  };
}

function publishersOf(
  system: System,
  github: GitHubAccess,
  ahead: number,
  closing: (() => Promise<unknown>)[],
): Pick<Stage, 'victim' | 'successor'> {
  const { configPath, dir, redis, redisUrl } = system;
  const { dataDir } = system.loaded;
  const env = serviceEnvironment('publisher', {
    ...{ configPath, dataDir, github },
    redisUrl: redis.urlForUsers ?? redisUrl,
    redisUsers: redis.urlForUsers !== undefined,
  });
  const started: Promise<PublisherProcess>[] = [];
  const start = (): Promise<PublisherProcess> => {
    const logFile = join(dataDir, 'logs', `publisher-${started.length}.log`);
    const process = startPublisherProcess({ cwd: dir, env, logFile });
    started.push(process);
    // Whoever takes it hears of it.
    process.catch(() => undefined);
    return process;
  };
  closing.push(async () => {
    for (const process of await Promise.allSettled(started))
      if (process.status === 'fulfilled') process.value.signal('SIGKILL');
  });
  const ready: Promise<PublisherProcess>[] = [];
  let successor: Promise<PublisherProcess> | undefined;
  let served = 0;
  return {
    victim() {
      while (ready.length < ahead) ready.push(start());
      return ready.shift() ?? start();
    },
    successor() {
      if (served % accountsPerSuccessor === 0) successor = start();
      served += 1;
      return successor ?? start();
    },
  };
}
