import type { LoadedConfig } from '@marketops/engine';
import { type Live, liveOf, openRuns, type RunRecord, type Runs } from '@marketops/operator';

/** Runs, receipts and the ledger, as the command reads them. */
export interface Reading {
  /** For the whole of one request: what it was opened with stays open for as long. */
  runs(): Promise<Runs>;
  /** Redis, where there is no doing without. @throws OperatorError `redis_unreachable` */
  live(): Promise<Live>;
  /** @throws OperatorError `run_not_found` */
  run(runId: string): Promise<RunRecord>;
  close(): Promise<void>;
}

/** What is being replaced is closed after this, when no request uses it any more. */
const lingerMs = 30_000;
/** Without Redis or a ledger it is looked for again this often. */
const lookAgainMs = 1_000;

interface Opened {
  readonly runs: Promise<Runs>;
  readonly keyring: LoadedConfig['keyring'];
  readonly atMs: number;
  /** Whether something was missing; undefined until it is open. */
  lacking: boolean | undefined;
}

/**
 * One reader for all requests, opened anew where the keyring has changed, and where Redis or the ledger was missing when it was
 * opened.
 */
export function openReading(loaded: () => LoadedConfig, env: NodeJS.ProcessEnv): Reading {
  let opened: Opened | undefined;
  const lingering = new Set<NodeJS.Timeout>();

  const retire = (old: Opened): void => {
    const timer = setTimeout(() => {
      lingering.delete(timer);
      void old.runs.then((runs) => runs.close()).catch(() => undefined);
    }, lingerMs);
    timer.unref();
    lingering.add(timer);
  };
  const isStale = (one: Opened): boolean =>
    one.keyring !== loaded().keyring || (one.lacking === true && Date.now() - one.atMs >= lookAgainMs);

  const runs = (): Promise<Runs> => {
    if (opened !== undefined && !isStale(opened)) return opened.runs;
    if (opened !== undefined) retire(opened);
    const now = loaded();
    const next: Opened = {
      runs: openRuns(now, env),
      keyring: now.keyring,
      atMs: Date.now(),
      lacking: undefined,
    };
    opened = next;
    next.runs.then(
      ({ live, ledger }) => {
        next.lacking = live === undefined || ledger === undefined;
      },
      () => {
        if (opened === next) opened = undefined;
      },
    );
    return next.runs;
  };

  return {
    runs,
    live: async () => liveOf(await runs()),
    run: async (runId) => (await runs()).read(runId),
    async close() {
      for (const timer of lingering) clearTimeout(timer);
      const last = opened;
      opened = undefined;
      await last?.runs.then((one) => one.close()).catch(() => undefined);
    },
  };
}
