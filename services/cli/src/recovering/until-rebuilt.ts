import { setTimeout as pause } from 'node:timers/promises';
import { fromEnvironment, type LoadedConfig } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { readSystemFile } from '@marketops/operator';
import { type RebuildReport, readRebuildReport } from '@marketops/store';
import { CliError } from '../errors.js';
import { serviceEnvironment } from '../processes/environment.js';
import { type RunningProcess, startProcess } from '../processes/process.js';
import { builtProgram } from '../repository.js';

/** A ledger that runs looks for orders every second. */
const takenWithinMs = 4_000;
const lookEveryMs = 100;

export interface UntilRebuilt {
  readonly orderId: string;
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (report: RebuildReport) => void;
  /** A ledger is started for it, because none has taken the order. */
  readonly onStart: () => void;
}

/**
 * Waits until the ledger has carried out an order; where none runs, one is started for it and stopped again.
 * @throws CliError `rebuild_failed`, `timed_out`, `process_start_failed`
 */
export async function untilRebuilt(loaded: LoadedConfig, options: UntilRebuilt): Promise<RebuildReport> {
  const { root } = ledgerPaths(loaded.dataDir);
  const deadline = performance.now() + options.timeoutMs;
  const taken = await until(root, options, Math.min(deadline, performance.now() + takenWithinMs), () => true);
  if (taken !== undefined) return ended(root, options, deadline);
  options.onStart();
  const starting = startLedger(loaded, options, Math.max(1, deadline - performance.now()));
  // It carries out the order before it says that it is ready; where it cannot start, that is what is told.
  const failed = starting.then(
    () => new Promise<never>(() => undefined),
    (fault: unknown) => Promise.reject(whyNotStarted(fault)),
  );
  try {
    return await Promise.race([ended(root, options, deadline), failed]);
  } finally {
    await starting.then(
      (ledger) => ledger.stop(),
      () => undefined,
    );
  }
}

/** The ledger itself knows best whether another runs: the lock names the process and when that began. */
function whyNotStarted(fault: unknown): unknown {
  const running =
    fault instanceof CliError && fault.code === 'process_start_failed'
      ? /Process (\d+) already writes this ledger/.exec(fault.message)
      : null;
  if (running === null) return fault;
  return new CliError(
    'timed_out',
    `a ledger runs (process ${running[1]}) and has not taken the order yet; the order stands`,
    {
      next: 'See the ledger’s log and marketops doctor: it may be waiting for Redis, or be named another Redis than this command.',
      retry: 'transient',
    },
  );
}

async function ended(root: string, options: UntilRebuilt, deadline: number): Promise<RebuildReport> {
  const report = await until(root, options, deadline, ({ state }) => state !== 'running');
  if (report === undefined) {
    throw new CliError('timed_out', 'the ledger has not finished the rebuild yet', {
      next: 'It goes on by itself: see marketops doctor, and the ledger’s log.',
      retry: 'transient',
    });
  }
  if (report.state === 'done') return report;
  throw new CliError('rebuild_failed', `the ledger did not rebuild Redis: ${report.message}`, {
    next: 'Do what the error named says (docs/errors.md), then order it again. Everything stays closed meanwhile.',
  });
}

/** @returns undefined when the time is over */
async function until(
  root: string,
  { orderId, signal, onProgress }: UntilRebuilt,
  deadline: number,
  holds: (report: RebuildReport) => boolean,
): Promise<RebuildReport | undefined> {
  while (performance.now() < deadline) {
    const report = await readRebuildReport(root);
    if (report?.order_id === orderId) {
      onProgress(report);
      if (holds(report)) return report;
    }
    await pause(lookEveryMs, undefined, { signal });
  }
  return undefined;
}

function startLedger(
  { configPath, dataDir, root, config }: LoadedConfig,
  { env, signal }: UntilRebuilt,
  readyLimitMs: number,
): Promise<RunningProcess> {
  const system = readSystemFile(dataDir);
  const named = fromEnvironment(env, 'REDIS_URL');
  const place = {
    ...{ configPath, dataDir },
    redisUrl: named ?? system?.redis_url ?? config.redis_url ?? '',
    redisUsers: named === undefined && system?.redis_users === true,
    github: { apiUrl: '', uploadUrl: '' },
  };
  const own = ['REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_PASSWORD_FILE'].flatMap((name) => {
    const value = fromEnvironment(env, name);
    return named === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return startProcess(
    {
      name: 'the ledger',
      program: builtProgram('services/ledger/dist/main.js'),
      cwd: root,
      // Where one runs it is told so: a standby would wait for the one that does not take the order.
      env: {
        ...serviceEnvironment('ledger', place, env),
        ...Object.fromEntries(own),
        MARKETOPS_STANDBY: 'refuse',
      },
      logFile: `${dataDir}/logs/ledger.log`,
      isReady: (line) => line['ready'] === true,
      readyLimitMs,
    },
    signal,
  );
}
