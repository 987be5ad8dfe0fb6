import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SeedApp } from './access/apps.js';
import { Credentials, type SeedToken } from './access/credentials.js';
import { changing, mergeAs, reviewAs } from './control/others.js';
import { reset } from './control/reset.js';
import { serveControl } from './control/serve-control.js';
import type { MergeMethod } from './domain/merge.js';
import type { Commit, Pull, Repository, Review, ReviewState } from './domain/model.js';
import { FaultSwitches } from './faults/faults.js';
import { Hangs } from './faults/hangs.js';
import { StaleLists } from './faults/stale-lists.js';
import { GitHubLimits } from './limits/limits.js';
import type { LimitOptions } from './limits/options.js';
import { listen, stopServer } from './listener.js';
import { RequestLog } from './request-log.js';
import { plant, push, type SeedRepository } from './seed.js';
import { type Host, serve } from './serve.js';
import { GitHubState } from './state.js';
import type { World } from './world.js';

export interface SimulatedGitHubOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** What exists at the start, and again after a reset. */
  readonly seed?: readonly SeedRepository[];
  /**
   * Accepted tokens; another one is answered 401. Without the list every token is accepted. A string may do everything,
   * a `SeedToken` what it says.
   */
  readonly tokens?: readonly (string | SeedToken)[];
  /** GitHub Apps, whose installations give tokens of their own. */
  readonly apps?: readonly SeedApp[];
  /** Opens a second port for uploads, as GitHub has a second host. By default one origin plays both. */
  readonly separateUploads?: boolean;
  /** GitHub Enterprise Server's paths: the API below `/api/v3`, uploads below `/api/uploads`. On one port. */
  readonly enterprise?: boolean;
  /** GitHub's limits, enforced; `{}` has all of GitHub's own numbers. Without it nothing is refused. */
  readonly limits?: LimitOptions;
  readonly clock?: () => Date;
  /** Told of the simulator's own faults, never of a request's headers. */
  readonly log?: (message: string) => void;
}

export interface SimulatedGitHub {
  /** Base of the API, `http://127.0.0.1:<port>`, with `/api/v3` where it plays an Enterprise Server. */
  readonly url: string;
  /** The controls for other processes are below `<controlUrl>/_sim/`. */
  readonly controlUrl: string;
  readonly uploadsUrl: string;
  readonly state: GitHubState;
  readonly requests: RequestLog;
  readonly faults: FaultSwitches;
  /** The requests that a fault makes wait. */
  readonly hangs: Hangs;
  readonly limits: GitHubLimits;
  readonly credentials: Credentials;
  /** Adds a repository. */
  seed(repository: SeedRepository): Repository;
  /** Another person pushes a commit; see `push`. */
  push(repository: string, branch: string, options?: { message?: string; force?: boolean }): Commit;
  /** Another person merges a pull request. */
  merge(repository: string, number: number, method?: MergeMethod): Pull;
  /** Another person reviews a pull request. */
  review(
    repository: string,
    number: number,
    fields: { login: string; state: ReviewState; body?: string },
  ): Review;
  /** Forgets everything, plants the first seed again. */
  reset(): void;
  /** Closes the ports and every connection. */
  stop(): Promise<void>;
}

const enterpriseBases = [
  ['api', '/api/v3'],
  ['uploads', '/api/uploads'],
] as const;

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Which host a request means, with its path below that host's base; an Enterprise Server tells them by the path. */
function below(host: Host | 'enterprise', target: string): { host: Host; target: string } {
  if (host !== 'enterprise') return { host, target };
  for (const [part, base] of enterpriseBases) {
    if (target.startsWith(`${base}/`)) return { host: part, target: target.slice(base.length) };
  }
  // Nothing is routed there.
  return { host: 'api', target: '/' };
}

function listenerFor(
  kind: Host | 'enterprise',
  world: () => World,
  log: (message: string) => void,
): Listener {
  return (request, response) => {
    const isControl = request.url?.startsWith('/_sim/') === true;
    const { host, target } = below(kind, request.url ?? '/');
    const served = isControl
      ? serveControl(world(), request, response)
      : serve(world(), host, target, request, response);
    served.catch((fault: unknown) => {
      log(`Simulated GitHub: ${String(fault)}`);
      request.socket.destroy();
    });
  };
}

/**
 * Starts a simulated GitHub on loopback: stateful, faithful to GitHub's OpenAPI description for the endpoints in
 * `routes.ts` and to GitHub's known behaviour beyond it, with faults on request. Nothing is stored on disk.
 */
export async function startSimulatedGitHub(options: SimulatedGitHubOptions = {}): Promise<SimulatedGitHub> {
  const clock = options.clock ?? (() => new Date());
  const log = options.log ?? (() => undefined);
  let world: World | undefined;
  const current = (): World => {
    if (world === undefined) throw new Error('The simulated GitHub is still starting.');
    return world;
  };
  const enterprise = options.enterprise === true;
  const separate = options.separateUploads === true && !enterprise;
  const servers: Server[] = [
    createServer(listenerFor(enterprise ? 'enterprise' : separate ? 'api' : 'both', current, log)),
  ];
  if (separate) servers.push(createServer(listenerFor('uploads', current, log)));
  const urls: string[] = [];
  for (const [index, server] of servers.entries()) {
    urls.push(await listen(server, index === 0 ? (options.port ?? 0) : 0));
  }
  const controlUrl = urls[0] ?? '';
  const [[, apiBase], [, uploadsBase]] = enterpriseBases;
  const url = enterprise ? `${controlUrl}${apiBase}` : controlUrl;
  const uploadsUrl = enterprise ? `${controlUrl}${uploadsBase}` : (urls.at(-1) ?? url);
  const state = new GitHubState(uploadsUrl, clock);
  const made: World = {
    state,
    log: new RequestLog(),
    faults: new FaultSwitches(),
    hangs: new Hangs(),
    staleLists: new StaleLists(),
    limits: new GitHubLimits(options.limits, clock),
    credentials: new Credentials({ tokens: options.tokens, apps: options.apps }, state.bot, clock),
    clock,
    seed: options.seed ?? [],
    url,
    uploadsUrl,
  };
  try {
    reset(made);
  } catch (thrown) {
    await Promise.all(servers.map(stopServer));
    throw thrown;
  }
  world = made;
  return {
    url,
    controlUrl,
    uploadsUrl,
    state: made.state,
    requests: made.log,
    faults: made.faults,
    hangs: made.hangs,
    limits: made.limits,
    credentials: made.credentials,
    seed: (repository) => plant(made.state, repository),
    push: (repository, branch, how) => push(made.state, changing(made, repository), branch, how),
    merge: (repository, number, method) => mergeAs(made, repository, number, method),
    review: (repository, number, fields) => reviewAs(made, repository, number, fields),
    reset: () => reset(made),
    stop: async () => {
      await Promise.all(servers.map(stopServer));
    },
  };
}
