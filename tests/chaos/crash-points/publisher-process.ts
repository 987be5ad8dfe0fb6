import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { queueNames } from '@marketops/engine';
import { armWatchdog } from '@marketops/local';
import type { FaultPoint } from '@marketops/publisher';
import type { Order, Report, Stop } from './protocol.js';

/** A publisher that does as it is told, seen from the test. */
export interface PublisherProcess {
  readonly pid: number;
  /** Null while it runs. */
  readonly ended: NodeJS.Signals | 'exit' | null;
  serve(account: string): void;
  stopAt(stop: Stop): void;
  goOn(runId: string): void;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** The points that executions of the run have passed here, in order. */
  passed(runId: string): readonly FaultPoint[];
  standsAt(runId: string): FaultPoint | undefined;
  /** What the handlers of the run's jobs threw, in order; null for those that ended well. */
  handled(runId: string): readonly (string | null)[];
  /** Resolves with what `look` finds; asked again after whatever the process says, and at its end. */
  until<Found>(what: string, look: () => Found | undefined, limitMs?: number): Promise<Found>;
}

/** In `dist`, wherever this file runs from: a process of Node's own cannot read TypeScript. */
const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../../dist/chaos/crash-points/instrumented-publisher.js'
      : './instrumented-publisher.js',
    import.meta.url,
  ),
);

export async function startPublisherProcess(options: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}): Promise<PublisherProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(process.execPath, [program], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new TypeError('the publisher under test could not be spawned');
  const watchdog = armWatchdog(pid, 0);
  const reports: Report[] = [];
  const looks = new Set<() => void>();
  let ended: PublisherProcess['ended'] = null;
  const changed = (): void => {
    for (const look of [...looks]) look();
  };
  child.on('message', (report: Report) => {
    reports.push(report);
    changed();
  });
  child.once('exit', (_code, signal) => {
    watchdog.disarm();
    ended = signal ?? 'exit';
    changed();
  });
  // What is sent to a process that has just been killed is lost, as it must be.
  child.on('error', () => undefined);
  const order = (one: Order): void => {
    if (child.connected) child.send(one, () => undefined);
  };
  const of = <Name extends Report['report']>(name: Name, runId: string) =>
    reports.filter(
      (report): report is Extract<Report, { report: Name; runId: string }> =>
        report.report === name && 'runId' in report && report.runId === runId,
    );

  const until: PublisherProcess['until'] = (what, look, limitMs = 60_000) =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(limit);
        looks.delete(again);
        act();
      };
      const again = (): void => {
        const found = look();
        if (found !== undefined) settle(() => resolve(found));
      };
      const limit = setTimeout(
        () => settle(() => reject(new RangeError(`not within ${limitMs} ms: ${what}`))),
        limitMs,
      );
      // Whoever gave up waiting for this keeps nobody else waiting.
      limit.unref();
      looks.add(again);
      again();
    });

  const handle: PublisherProcess = {
    pid,
    get ended() {
      return ended;
    },
    serve: (account) => order({ order: 'serve', queue: queueNames.publications(account) }),
    stopAt: (stop) => order({ order: 'stop_at', stop }),
    goOn: (runId) => order({ order: 'go_on', runId }),
    signal: (signal) => void child.kill(signal),
    passed: (runId) => of('passed', runId).map(({ point }) => point),
    standsAt: (runId) => of('stands', runId).at(-1)?.point,
    handled: (runId) => of('handled', runId).map(({ fault }) => fault),
    until,
  };
  const ready = await until('the publisher under test is ready', () =>
    ended !== null ? 'ended' : reports.some(({ report }) => report === 'ready') ? 'ready' : undefined,
  );
  if (ready === 'ended') throw new TypeError(`the publisher under test did not start: ${options.logFile}`);
  return handle;
}
