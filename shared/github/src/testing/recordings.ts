import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startHostileServer } from './hostile-server.js';

/** One exchange with api.github.com or uploads.github.com, as `@octokit/fixtures` recorded it. */
export interface Recording {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  /** Parsed JSON, or an empty text. */
  readonly response: unknown;
  /** Name, value, name, value. */
  readonly rawHeaders: readonly string[];
}

// Found, not imported: the package's own code replaces node:http.
const fixtures = dirname(createRequire(import.meta.url).resolve('@octokit/fixtures/package.json'));

/** A scenario's traffic, its preparations included: as it was, not what the package makes of it for mocks. */
export function recordingsOf(scenario: string): Recording[] {
  const file = join(fixtures, 'scenarios/api.github.com', scenario, 'raw-fixture.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as Recording[];
  return all.map((one) => ({ ...one, method: one.method.toUpperCase() }));
}

/** The first that fits, for its values. */
export function recording(scenario: string, method: string, path: RegExp, status?: number): Recording {
  const found = recordingsOf(scenario).find(
    (one) => one.method === method && path.test(one.path) && (status ?? one.status) === one.status,
  );
  if (found === undefined) throw new Error(`${scenario} has no recording of ${method} ${path}`);
  return found;
}

const pathOf = (path: string): string => new URL(path, 'http://localhost').pathname;
/** Those of the connection that was; this one has its own. */
const ofTheConnection = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive']);

export interface ReplayServer {
  readonly url: string;
  readonly received: readonly { readonly method: string; readonly path: string }[];
  /** Bodies, as they came. */
  readonly bodies: string[];
  stop(): Promise<void>;
}

/**
 * For tests: answers with recordings, each once and in order, for the same method and path; anything else is a 501. Places
 * that headers name are moved to this server.
 */
export async function startReplay(recordings: readonly Recording[]): Promise<ReplayServer> {
  const left = [...recordings];
  const bodies: string[] = [];
  let origin = '';
  const server = await startHostileServer((request, response) => {
    const { method = '', url = '' } = request;
    const index = left.findIndex((one) => one.method === method && pathOf(one.path) === pathOf(url));
    const [found] = index < 0 ? [] : left.splice(index, 1);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      if (found === undefined) {
        response.writeHead(501).end('not recorded');
        return;
      }
      const headers: string[] = [];
      for (let at = 0; at < found.rawHeaders.length; at += 2) {
        const [name = '', value = ''] = found.rawHeaders.slice(at, at + 2);
        if (ofTheConnection.has(name.toLowerCase())) continue;
        headers.push(name, value.replaceAll('https://api.github.com', origin));
      }
      response.writeHead(found.status, headers);
      response.end(typeof found.response === 'string' ? found.response : JSON.stringify(found.response));
    });
  });
  origin = server.url;
  return { url: server.url, received: server.received, bodies, stop: server.stop };
}
