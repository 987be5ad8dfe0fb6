import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, type Operation, type PublishRelease, type Receipt } from '@marketops/contracts';
import { createGitHubClient, type GitHubClient } from '@marketops/github';
import {
  type SeedRepository,
  type SimulatedGitHub,
  type Snapshot,
  startSimulatedGitHub,
} from '@marketops/local';
import { type BlobStore, openFileBlobs } from '@marketops/store';
import type { GitHubFor } from '../ports/github.js';
import type { Publication } from '../publication.js';
import { releaseOperation, repository, targetSha } from './operations.js';
import { openWorld, type World, type WorldOptions } from './world.js';

export const token = 'ghp_CANARY0123456789abcdefghijklmnopqrst';

/** A world whose GitHub is the simulated one, over real HTTP. */
export interface SimulatedWorld {
  readonly world: World;
  readonly github: SimulatedGitHub;
  readonly blobs: BlobStore;
  /** The one repository as it stands. */
  seen(): Promise<Snapshot['repositories'][number]>;
  /** Authorizes an operation and works its job to the end. */
  ship(operation: Operation): Promise<Publication>;
  /** Works a job as BullMQ would: again after a transient fault, later after a hold; time passes at once. */
  drive(receipt: Receipt, attemptsMax?: number): Promise<Publication>;
  close(): Promise<void>;
}

interface SimulatedWorldOptions extends Pick<WorldOptions, 'faultPoints' | 'timing'> {
  /** More of the repository. */
  readonly seed?: Partial<SeedRepository>;
}

/** @param through what stands between the publisher and GitHub, for answers that the simulated one never gives */
export async function openSimulatedWorld(
  requestTimeoutMs = 5_000,
  through: (client: GitHubClient) => GitHubClient = (client) => client,
  { seed = {}, ...options }: SimulatedWorldOptions = {},
): Promise<SimulatedWorld> {
  const root = await mkdtemp(join(tmpdir(), 'marketops-publisher-'));
  const blobs = openFileBlobs(root, join(root, 'blob-keys'));
  const github = await startSimulatedGitHub({
    tokens: [token],
    seed: [
      {
        ...repository,
        ...seed,
        branches: [
          { name: 'main', commits: ['one', { message: 'two', sha: targetSha }] },
          { name: 'release-1.4.0', from: 'main', commits: [{ message: 'three', sha: 'd'.repeat(40) }] },
        ],
      },
    ],
  });
  const clientFor: GitHubFor = (_account, controls) =>
    through(
      createGitHubClient({ apiUrl: github.url, token, userAgent: 'test', requestTimeoutMs, ...controls }),
    );
  const world = await openWorld({
    ...{ github: clientFor, blobs, ...options },
    timing: { requestTimeoutMs, ...options.timing },
  });

  const drive = async (receipt: Receipt, attemptsMax = 4): Promise<Publication> => {
    let attempt = 1;
    for (let turn = 0; turn < 50; turn += 1) {
      try {
        return await world.publisher.handle(
          world.jobFor(receipt, { attempt, lastAttempt: attempt >= attemptsMax }),
        );
      } catch (fault) {
        if (!(fault instanceof Fault) || fault.retry === 'terminal') throw fault;
        if (fault.retry === 'transient') attempt += 1;
        else world.clock.step('delayMs' in fault ? Number(fault.delayMs) : 1_000);
      }
    }
    throw new Error('the job does not end');
  };

  return {
    ...{ world, github, blobs, drive },
    seen: async () => {
      const state = (await (await fetch(`${github.url}/_sim/state`)).json()) as Snapshot;
      const found = state.repositories[0];
      if (found === undefined) throw new Error('the repository is gone');
      return found;
    },
    ship: async (operation) => drive(await world.authorize(operation)),
    close: async () => {
      await world.close();
      await github.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A release with two assets whose bytes are in the blob store. */
export async function releaseWithAssets(
  blobs: BlobStore,
  changes: Partial<PublishRelease> = {},
): Promise<PublishRelease> {
  const files = [
    ['widgets-1.4.0.tgz', 'not really a tarball'],
    ['SHA256SUMS', 'sums'],
  ] as const;
  const assets = await Promise.all(
    files.map(async ([name, content]) => ({
      ...{ name, size_bytes: content.length, content_type: 'application/octet-stream' },
      sha256: (await blobs.put(content)).slice('sha256:'.length),
    })),
  );
  return releaseOperation({ assets, ...changes });
}
