import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type System, type SystemOptions, startSystem } from '@marketops/cli';
import { type Client, openClient } from './client.js';

export interface TemporarySystem {
  readonly system: System;
  readonly client: Client;
  close(): Promise<void>;
}

/** Short limits, so that what must wait for a dead worker's lease and lock waits seconds instead of minutes. */
export const shortTiming = {
  lease_ms: 3_000,
  request_timeout_ms: 1_000,
  lock_ms: 3_000,
  backoff_ms: 100,
  hold_ms: 200,
  relay_after_ms: 1_000,
  run_deadline_ms: 4_000,
  sweep_every_ms: 500,
} as const;

/** A whole system as real processes in a folder of its own, with an upstream system beside it. */
export async function temporarySystem(options: Partial<SystemOptions> = {}): Promise<TemporarySystem> {
  const dir = await mkdtemp(join(tmpdir(), 'marketops-system-'));
  const system = await startSystem({
    dir,
    restartCrashed: false,
    allowNonDurableRedis: true,
    ...options,
    config: { timing: shortTiming, ...options.config },
  });
  const client = await openClient(system);
  return {
    system,
    client,
    async close() {
      await client.close();
      await system.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
