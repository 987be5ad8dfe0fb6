import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { reset, serveControl } from './control.js';
import type { Commit, Repository } from './domain/model.js';
import { FaultSwitches } from './faults.js';
import { listen, stopServer } from './listener.js';
import { PrimaryRateLimit } from './rate-limit.js';
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
  /** Accepted tokens; another one is answered 401. Without the list every token is accepted. */
  readonly tokens?: readonly string[];
  /** Opens a second port for uploads, as GitHub has a second host. By default one origin plays both. */
  readonly separateUploads?: boolean;
  /** Requests per hour and token. Without it nothing is refused. */
  readonly rateLimit?: number;
  readonly clock?: () => Date;
  /** Told of the simulator's own faults, never of a request's headers. */
  readonly log?: (message: string) => void;
}

export interface SimulatedGitHub {
  /** Base of the API, `http://127.0.0.1:<port>`. The controls for other processes are below `/_sim/`. */
  readonly url: string;
  readonly uploadsUrl: string;
  readonly state: GitHubState;
  readonly requests: RequestLog;
  readonly faults: FaultSwitches;
  /** Adds a repository. */
  seed(repository: SeedRepository): Repository;
  /** Another person pushes a commit; see `push`. */
  push(repository: string, branch: string, options?: { message?: string; force?: boolean }): Commit;
  /** Forgets everything, plants the first seed again. */
  reset(): void;
  /** Closes the ports and every connection. */
  stop(): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function listenerFor(host: Host, world: () => World, log: (message: string) => void): Listener {
  return (request, response) => {
    const isControl = request.url?.startsWith('/_sim/') === true;
    const served = isControl
      ? serveControl(world(), request, response)
      : serve(world(), host, request, response);
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
  const separate = options.separateUploads === true;
  const servers: Server[] = [createServer(listenerFor(separate ? 'api' : 'both', current, log))];
  if (separate) servers.push(createServer(listenerFor('uploads', current, log)));
  const urls: string[] = [];
  for (const [index, server] of servers.entries()) {
    urls.push(await listen(server, index === 0 ? (options.port ?? 0) : 0));
  }
  const url = urls[0] ?? '';
  const uploadsUrl = urls.at(-1) ?? url;
  const made: World = {
    state: new GitHubState(uploadsUrl, clock),
    log: new RequestLog(),
    faults: new FaultSwitches(),
    rateLimit: new PrimaryRateLimit(options.rateLimit, clock),
    seed: options.seed ?? [],
    tokens: options.tokens === undefined ? undefined : new Set(options.tokens),
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
    uploadsUrl,
    state: made.state,
    requests: made.log,
    faults: made.faults,
    seed: (repository) => plant(made.state, repository),
    push: (repository, branch, how) => push(made.state, made.state.repository(repository), branch, how),
    reset: () => reset(made),
    stop: async () => {
      await Promise.all(servers.map(stopServer));
    },
  };
}
