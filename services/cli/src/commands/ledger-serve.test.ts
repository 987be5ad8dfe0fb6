import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it } from 'vitest';
import { resultOf, runCommand, startCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
let cwd: string;
beforeEach(async () => {
  cwd = folder();
  expect((await runCommand(['init'], { cwd })).code).toBe(0);
});

interface Served {
  readonly url: string;
  readonly origin: string;
  readonly verifier_keys: readonly string[];
}

describe('marketops ledger serve', () => {
  it('L3: given the tiles of a ledger, then they are served with their headers, until Ctrl-C, and nothing else is', async () => {
    const tiles = join(cwd, '.marketops/ledger/tiles');
    mkdirSync(join(tiles, 'tile/0'), { recursive: true });
    writeFileSync(join(tiles, 'checkpoint'), 'origin\n');
    writeFileSync(join(tiles, 'tile/0/000'), Buffer.alloc(8_192, 7));
    const child = startCommand(['ledger', 'serve', '--listen', '127.0.0.1:0', '--json'], { cwd });
    const ended = resultOf(child);
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout }).once('line', resolve),
    );
    const { url, origin, verifier_keys: keys } = JSON.parse(line) as Served;
    expect(keys).toHaveLength(1);
    expect(keys[0]?.startsWith(`${origin}+`)).toBe(true);

    const checkpoint = await fetch(`${url}/checkpoint`);
    expect(await checkpoint.text()).toBe('origin\n');
    expect(checkpoint.headers.get('cache-control')).toBe('no-store');
    const tile = await fetch(`${url}/tile/0/000`);
    expect((await tile.arrayBuffer()).byteLength).toBe(8_192);
    expect(tile.headers.get('cache-control')).toContain('immutable');
    for (const path of ['keyring.json', 'tile/0/001', 'signed/checkpoint'])
      expect((await fetch(`${url}/${path}`)).status, path).toBe(404);
    expect((await fetch(`${url}/checkpoint`, { method: 'POST' })).status).toBe(405);

    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('given no checkpoint yet, then it says so to whoever asks, and serves it once it is there', async () => {
    const child = startCommand(['ledger', 'serve', '--listen', '127.0.0.1:0', '--json'], { cwd });
    const ended = resultOf(child);
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout }).once('line', resolve),
    );
    const { url } = JSON.parse(line) as Served;
    expect((await fetch(`${url}/checkpoint`)).status).toBe(404);
    mkdirSync(join(cwd, '.marketops/ledger/tiles'), { recursive: true });
    writeFileSync(join(cwd, '.marketops/ledger/tiles/checkpoint'), 'origin\n');
    expect((await fetch(`${url}/checkpoint`)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it.each(['8095', '127.0.0.1', '127.0.0.1:99999', 'http://127.0.0.1:1', ''])(
    'given --listen %j, then it is refused as no address',
    async (address) => {
      const { code, stdout } = await runCommand(['ledger', 'serve', '--listen', address, '--json'], { cwd });
      expect(code).toBe(2);
      expect(stdout).toContain('usage_invalid');
    },
  );

  it('given an address of another machine, then it is told that it cannot be listened on', async () => {
    const { code, stdout } = await runCommand(['ledger', 'serve', '--listen', '192.0.2.1:80', '--json'], {
      cwd,
    });
    expect(code).toBe(1);
    expect(stdout).toContain('listen_failed');
    expect(readFileSync(join(cwd, 'marketops.yml'), 'utf8')).toContain('log_origin');
  });
});
