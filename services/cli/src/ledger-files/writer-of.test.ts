import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { writerOf } from './writer-of.js';

const folder = temporaryFolders();
const writer = (holder: object): Promise<string | undefined> => {
  const lock = join(folder(), 'lock');
  writeFileSync(lock, JSON.stringify(holder));
  return writerOf({ lock });
};
const gone = 2 ** 22 + 1;

describe('who writes a ledger', () => {
  it('given a process of this machine, then it counts while it runs', async () => {
    expect(await writer({ host: hostname(), pid: process.pid })).toBe(`process ${process.pid}`);
    expect(await writer({ host: hostname(), pid: gone })).toBeUndefined();
    expect(await writer({ host: 'another', pid: gone })).toBe(`process ${gone} on another`);
  });

  it.runIf(process.platform === 'linux')(
    'given a process of a container that has the name of its host, then it counts: its number is not one of ours',
    async () => {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const holder = { host: hostname(), pid: gone };
      expect(await writer({ ...holder, machine: `${boot} pid:[1]` })).toContain(String(gone));
      const here = `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
      expect(await writer({ ...holder, machine: here })).toBeUndefined();
      // Of before the machine was started anew: it has ended.
      expect(await writer({ ...holder, machine: 'other-boot pid:[1]' })).toBeUndefined();
    },
  );
});
