import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderPlace } from '../places/folder.js';
import { s3Place } from '../places/s3.js';
import type { TilePlace } from '../ports.js';
import { startTestS3 } from './s3-server.js';

/** A new empty place of a kind, and a second way to the same one. */
export interface TestPlace {
  readonly place: TilePlace;
  again(): TilePlace;
  /** Puts bytes there as somebody with access to the store would. */
  tamper(path: string, bytes: Uint8Array): Promise<void>;
  paths(): Promise<string[]>;
  close(): Promise<void>;
}

export async function folderForTest(): Promise<TestPlace> {
  const root = await mkdtemp(join(tmpdir(), 'marketops-tiles-'));
  return {
    place: folderPlace(root),
    again: () => folderPlace(root),
    async tamper(path, bytes) {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), bytes);
    },
    async paths() {
      const all = await readdir(root, { recursive: true, withFileTypes: true });
      return all
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .sort();
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

export const s3TestOptions = (endpoint: string) => ({
  bucket: 'log',
  prefix: 'acme',
  region: 'eu-central-1',
  endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  timeoutMs: 5_000,
});

export async function s3ForTest(): Promise<TestPlace> {
  const s3 = await startTestS3();
  const open: { close(): void }[] = [];
  const again = () => {
    const place = s3Place(s3TestOptions(s3.endpoint));
    open.push(place);
    return place;
  };
  return {
    place: again(),
    again,
    async tamper(path, bytes) {
      s3.objects.set(`log/acme/${path}`, {
        bytes: Buffer.from(bytes),
        etag: `"${Math.random()}"`,
        contentType: '',
        cacheControl: '',
      });
    },
    paths: async () => [...s3.objects.keys()].map((key) => key.slice('log/acme/'.length)).sort(),
    async close() {
      for (const place of open) place.close();
      await s3.close();
    },
  };
}
