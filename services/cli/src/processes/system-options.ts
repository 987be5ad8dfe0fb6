import type { LoadedConfig } from '@marketops/engine';
import type { Patience, ProvidedRedis, RedisSource } from '@marketops/local';
import type { ConfigOverrides } from '../config-text.js';
import type { GitHubAccess } from './environment.js';
import type { ProcessName, ServiceName } from './names.js';
import type { JsonRecord } from './process.js';
import type { SeedRepository } from './simulated-github.js';
import type { ProcessChange, Supervised } from './supervised.js';

export interface SystemOptions {
  /** Holds marketops.yml and `.marketops/`; written where they are not there yet. */
  readonly dir: string;
  /** The configuration file, where it is not `<dir>/marketops.yml`. */
  readonly configPath?: string;
  /** What marketops.yml shall say other than the example, where it is written now; an existing one stands as it is. */
  readonly config?: ConfigOverrides;
  /** Which services, default each once. Named twice, a service runs twice: `publisher`, `publisher-2`. */
  readonly services?: readonly ServiceName[];
  /** Default: a simulated one, as a process of its own, on a free port of loopback. */
  readonly github?: 'simulated' | GitHubAccess;
  /** What the simulated GitHub has at its start; default: the repositories that the policies name. */
  readonly repositories?: readonly SeedRepository[];
  /** A Redis to use as it is. Default: `provideRedis`, which looks at REDIS_URL first. */
  readonly redisUrl?: string;
  /** Where a Redis may come from, where not from everywhere. */
  readonly redisSources?: readonly RedisSource[];
  /** Over what marketops.yml says. */
  readonly allowNonDurableRedis?: boolean;
  /** True: only one that production may depend on; whatever else is said of durability does not count then. */
  readonly safeRedisOnly?: boolean;
  /** Variables for every service beside its own; they never stand over one of those. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Start again what ends by itself, with backoff, a private Redis included. Default true. What `kill` ended stays down. */
  readonly restartCrashed?: boolean;
  /** How long to go on with a private Redis that keeps ending, where it is not the default. */
  readonly redisPatience?: Patience;
  readonly onChange?: (change: ProcessChange) => void;
  /** Told which Redis it is, before anything else starts. */
  readonly onRedis?: (redis: System['redis']) => void;
  /** Told in words what is being done. */
  readonly log?: (line: string) => void;
  /** Stops the start; a system that runs already is stopped with `stop`. */
  readonly signal?: AbortSignal;
}

/** A whole MarketOps as real processes, each with only its own keys. */
export interface System {
  readonly dir: string;
  readonly configPath: string;
  readonly loaded: LoadedConfig;
  /** GitHub's API, simulated (with its controls below `/_sim/`) or real. */
  readonly url: string;
  readonly githubSimulated: boolean;
  /** Where Redis is, for whoever may do everything there: with the password of `admin`, where it has users. */
  readonly redisUrl: string;
  readonly redis: Pick<ProvidedRedis, 'source' | 'durable' | 'describe' | 'urlForUsers' | 'pid' | 'lost'>;
  /** Of the processes that run right now. */
  readonly pids: Readonly<Partial<Record<ProcessName, number>>>;
  readonly processes: readonly Supervised[];
  /** SIGKILL, as a crash would be; it stays down until `restart`. */
  kill(name: ProcessName): Promise<void>;
  /** Stops it where it runs, starts it again, and returns when it is ready. */
  restart(name: ProcessName): Promise<void>;
  /** What its `/health` answers. */
  health(name: ProcessName): Promise<JsonRecord>;
  /** Ends every process it started, services in reverse order, then the simulated GitHub, then Redis. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}
