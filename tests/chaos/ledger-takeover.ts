import { setTimeout as pause } from 'node:timers/promises';
import type { System } from '@marketops/cli';
import { shortTiming, temporarySystem } from '../support/temporary-system.js';
import { submitBatch } from './batch.js';
import type { ScenarioResult } from './run-scenario.js';
import { findViolations } from './violations.js';

/** In turn, as long as runs are under way. */
const ways = ['SIGSTOP', 'SIGKILL', 'SIGTERM'] as const;
const ledgers = ['ledger', 'ledger-2'] as const;
type Name = (typeof ledgers)[number];

const leaseMs = 1_500;
const lookEveryMs = 50;
const takeoverLimitMs = 60_000;

/** Two ledgers over one folder; runs only when it is asked for by name. */
export const ledgerTakeoverScenario = {
  name: 'ledger-takeover',
  what: 'the ledger that writes is stopped, killed and ended, over and over; the other takes over',
  runsDefault: 200,
  async run(count: number, limitMs = 300_000): Promise<ScenarioResult> {
    const { system, client, close } = await temporarySystem({
      services: ['ledger', 'ledger', 'planner', 'federation', 'publisher'],
      config: { timing: shortTiming, ledger: { lease_ms: leaseMs } },
      // As a supervisor would: what was deposed, or killed, comes back and stands by.
      restartCrashed: true,
    });
    const began = performance.now();
    try {
      const runs = await submitBatch(client, count);
      const ids = runs.map(({ runId }) => runId);
      let isOver = false;
      const ended = client.ended(ids, limitMs).then(
        () => [],
        (fault: unknown) => [String(fault)],
      );
      void ended.then(() => {
        isOver = true;
      });
      const takeovers: number[] = [];
      while (!isOver)
        takeovers.push(await takeOver(system, ways[takeovers.length % ways.length] ?? 'SIGKILL'));
      const unfinished = await ended;
      const longest = Math.max(...takeovers) / 1_000;
      process.stderr.write(`  ${takeovers.length} takeovers, the longest took ${longest.toFixed(1)} s\n`);
      const few = takeovers.length < ways.length ? [`only ${takeovers.length} takeovers`] : [];
      return {
        ...{ name: this.name, what: this.what, runs: count, recoverySeconds: null },
        seconds: (performance.now() - began) / 1_000,
        violations: [...unfinished, ...few, ...(await findViolations(system, client, runs))],
      };
    } finally {
      await close();
    }
  },
} as const;

/** @returns how long it took until the other one wrote, in milliseconds */
async function takeOver(system: System, way: (typeof ways)[number]): Promise<number> {
  const writer = await nameOf(system, 'writer');
  // One that was disturbed before is back first.
  await nameOf(system, 'standby');
  const pid = system.pids[writer];
  if (pid === undefined) return 0;
  const began = performance.now();
  process.kill(pid, way);
  await nameOf(system, 'writer', writer, pid);
  const tookMs = performance.now() - began;
  if (way === 'SIGSTOP') process.kill(pid, 'SIGCONT');
  return tookMs;
}

/** Waits until a ledger has a role. @param but the process that had it before does not count */
async function nameOf(
  system: System,
  role: 'writer' | 'standby',
  but?: Name,
  butPid?: number,
): Promise<Name> {
  const limit = performance.now() + takeoverLimitMs;
  while (performance.now() < limit) {
    for (const name of ledgers) {
      if (name === but && system.pids[name] === butPid) continue;
      const health = await system.health(name).catch(() => undefined);
      const ledger = health?.['ledger'] as { role?: unknown } | undefined;
      if (ledger?.role === role) return name;
    }
    await pause(lookEveryMs);
  }
  throw new Error(`no ledger is ${role} after ${takeoverLimitMs / 1_000} s`);
}
