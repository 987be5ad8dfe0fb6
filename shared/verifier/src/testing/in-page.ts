import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleGraph } from './module-graph.js';

const limitMs = 60_000;
const reportBytesMax = 1_048_576;

/** A page that loads these modules as they are and runs `script` in them; the script posts its answer to `/answer`. */
const pageOf = ({ bare }: ModuleGraph, script: string): string => {
  const imports = Object.fromEntries([...bare].map(([specifier, file]) => [specifier, `/module${file}`]));
  return `<!doctype html><meta charset="utf-8"><script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
const answer = (value) => fetch('/answer', { method: 'POST', body: JSON.stringify(value) });
try { await answer(await (async () => { ${script} })()); } catch (fault) { await answer({ thrown: String(fault) }); }
</script>`;
};

/**
 * Runs a script in a page of a real browser, and resolves with what it answers.
 * @param browser the path of a Chromium
 */
export async function inPage(browser: string, graph: ModuleGraph, script: string): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'marketops-page-'));
  let resolve: (answer: unknown) => void = () => undefined;
  let reject: (fault: Error) => void = () => undefined;
  const answered = new Promise<unknown>((...settle) => {
    [resolve, reject] = settle;
  });
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    if (path === '/answer') {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
        if (body.length > reportBytesMax) request.destroy();
      });
      request.on('end', () => {
        response.end();
        resolve(JSON.parse(body));
      });
      return;
    }
    const file = path.startsWith('/module/') ? path.slice('/module'.length) : '';
    if (path === '/')
      response.setHeader('content-type', 'text/html; charset=utf-8').end(pageOf(graph, script));
    else if (graph.files.has(file))
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(readFileSync(file));
    else response.writeHead(404).end();
  });
  const port = await listening(server);
  const child = spawn(
    browser,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`],
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: 'ignore' },
  );
  const closed = new Promise((ended) => child.once('close', ended));
  child.once('error', reject);
  const timer = setTimeout(() => reject(new Error('the page did not answer in time')), limitMs);
  try {
    return await answered;
  } finally {
    clearTimeout(timer);
    child.kill();
    await closed;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
