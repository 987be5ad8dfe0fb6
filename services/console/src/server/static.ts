import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pagePolicy } from './headers.js';
import type { ConsoleApp, ConsoleContext } from './serve.js';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  json: 'application/json',
  map: 'application/json',
  txt: 'text/plain; charset=utf-8',
  woff2: 'font/woff2',
  webmanifest: 'application/manifest+json',
};

interface Served {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** The same compressed, made when it is first asked for; undefined where that would save nothing. */
  readonly gzipped: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

const fileBytesMax = 8_388_608;
const filesMax = 500;

/** The files below a folder by their path on the server, read once: nothing a request says names a file of the disk. */
export async function readFiles(folder: string): Promise<ReadonlyMap<string, Served>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = new Map<string, Served>();
  for (const entry of entries.slice(0, filesMax)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = new Uint8Array(await readFile(path));
    const type = types[entry.name.split('.').at(-1) ?? ''];
    if (type === undefined || bytes.length > fileBytesMax) continue;
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { bytes, type, gzipped: gzipper(bytes) });
  }
  return files;
}

/** Smaller ones go in one packet either way. */
const gzipBytesMin = 1_024;
const compress = promisify(gzip);

function gzipper(bytes: Uint8Array<ArrayBuffer>): Served['gzipped'] {
  let made: ReturnType<Served['gzipped']> | undefined;
  const make = async () => {
    const small = new Uint8Array(await compress(bytes, { level: 9 }));
    return small.length < bytes.length ? small : undefined;
  };
  return async () => {
    if (bytes.length < gzipBytesMin) return undefined;
    made ??= make();
    return made;
  };
}

/** RFC 9110: named or by `*`, and not with a weight of nothing. */
export function takesGzip(accepted: string | undefined): boolean {
  const weights = new Map(
    (accepted ?? '').split(',').map((part) => {
      const [coding = '', ...parameters] = part.toLowerCase().split(';');
      const weight = parameters
        .find((one) => one.trim().startsWith('q='))
        ?.trim()
        .slice(2);
      return [coding.trim(), weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** A file of ours, compressed where the browser takes that. It holds no secret, so its length tells nobody anything. */
export async function fileResponse(
  c: ConsoleContext,
  file: Served,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const small = takesGzip(c.req.header('accept-encoding')) ? await file.gzipped() : undefined;
  const all = { ...headers, 'content-type': file.type, vary: 'accept-encoding' };
  return small === undefined
    ? c.body(file.bytes, 200, all)
    : c.body(small, 200, { ...all, 'content-encoding': 'gzip' });
}

const withoutPages =
  '<!doctype html><meta charset="utf-8"><title>MarketOps</title><p>The console’s pages are not built: run npm run build. The API is at /v1, its description at /docs.</p>';

/** Built with their digests in their names: what stands under such a name never changes. */
const isHashed = (path: string): boolean => path.startsWith('/assets/');

/**
 * The console in the browser: its files, and for every other address of its pages the one page there is.
 * @param folder what vite built
 */
export async function serveStatic(app: ConsoleApp, folder: string): Promise<void> {
  const files = await readFiles(folder);
  app.get('*', async (c, next) => {
    const { path } = c.req;
    const file = files.get(path);
    if (file !== undefined && path !== '/index.html')
      return fileResponse(c, file, {
        'cache-control': isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        'content-security-policy': pagePolicy,
      });
    const isPage =
      !/^\/(?:v1|auth|queues|docs|assets|openapi\.json)(?:\/|$)/.test(path) && !/\.[a-z0-9]+$/i.test(path);
    if (!isPage) {
      await next();
      return;
    }
    const page = files.get('/index.html')?.bytes;
    return c.body(page ?? withoutPages, 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': pagePolicy,
    });
  });
}
