import { accountBudgets, type Engine, reconcileEveryMs, type Settled } from '@marketops/engine';
import type { HmacKey } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type Appender, connectRedis } from '@marketops/store';
import type { GitHubFor } from '../ports/github.js';
import { openHints } from './hints.js';
import { openLease } from './lease.js';
import { notingAppender } from './noting-appender.js';
import { type PassResult, reconcilePass } from './pass.js';
import { followReported } from './reported-effects.js';

export interface Reconciler {
  /** To execute with: it notes what is started. */
  readonly appender: Appender;
  /** Begins to look, every so often, until the process stops. */
  start(the: { readonly github: GitHubFor; readonly settled: Settled; readonly markerKey: HmacKey }): void;
}

const dayMs = 86_400_000;
const effectsPerPass = 500;
/** Somebody must notice within this that the last pass was another process’s and is long over. */
const turnMs = 60_000;
/** A Redis that does not answer within this is away, and the pass with it. */
const commandTimeoutMs = 2_000;

/** @returns undefined where the configuration has it off, as it is by default for a server on this machine */
export function openReconciler(engine: Engine): Reconciler | undefined {
  const { loaded, reader, blobs, log, clock, store } = engine;
  const { config, apiUrl, redisUrl } = loaded;
  const { lookback_days: days, unreceipted } = config.reconcile;
  const everyMs = reconcileEveryMs(loaded);
  if (everyMs === 0) return undefined;
  const redis = connectRedis(redisUrl, { commandTimeout: commandTimeoutMs });
  const stopping = new AbortController();
  engine.onStop(async () => {
    stopping.abort();
    redis.disconnect();
    await Promise.resolve();
  });
  const accounts = new Map(
    Object.keys(config.accounts).map((account) => [
      account.toLowerCase(),
      { hints: openHints(redis, account, log), named: namedIn(config.publisher.accounts, account) },
    ]),
  );
  const hintsOf = (account: string) => accounts.get(account.toLowerCase())?.hints;
  const noting = { reader, blobs, log, hintsOf };
  const appender = notingAppender(engine.appender, noting);
  const nowMs = () => clock.nowMs();
  return {
    appender,
    start({ github, settled, markerKey }) {
      const tools = {
        ...{ reader, appender: engine.appender, blobs, clock, log, redis, github, markerKey, accounts },
        ...{ crypto: nodeCrypto, lease: openLease(redis), everyMs, signal: stopping.signal },
        reported: followReported({ reader, store, appender: engine.appender, settled }),
        rebuilding: { ...noting, redis, nowMs, isNoted: isNotedIn([...accounts.values()]) },
        budgets: accountBudgets(config.accounts, apiUrl, config.timing.request_timeout_ms),
        drift: { lookbackMs: days * dayMs, effectsMax: effectsPerPass },
        unreceipted:
          unreceipted === undefined
            ? undefined
            : { kinds: unreceipted.kinds, sinceMs: Date.parse(unreceipted.since) },
      };
      let last: PassResult | undefined;
      engine.every(Math.min(everyMs, turnMs), 'reconcile', async () => {
        const result = await reconcilePass(tools);
        if (result === undefined) return;
        last = result;
        log.debug(result, 'what stands at GitHub was compared with what was authorized');
      });
      engine.health('reconcile', () => last ?? 'no pass by this process yet');
    },
  };
}

type Fences = NonNullable<Engine['loaded']['config']['publisher']['accounts']>;

/** `acme/widgets` of the account acme: `widgets`; with a star none is named in full. */
function namedIn(fences: Fences | undefined, account: string): string[] {
  const wanted = account.toLowerCase();
  const fence = Object.entries(fences ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return (fence?.repositories ?? []).flatMap((pattern) => {
    const [owner = '', name = ''] = pattern.split('/');
    return !pattern.includes('*') && owner.toLowerCase() === wanted ? [name] : [];
  });
}

const isNotedIn =
  (accounts: readonly { readonly hints: ReturnType<typeof openHints> }[]) =>
  async (path: string): Promise<boolean> => {
    const noted = await Promise.all(accounts.map(({ hints }) => hints.isNoted(path)));
    return noted.includes(true);
  };
