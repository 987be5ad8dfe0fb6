import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pinPath, readPin, writePin } from './pins.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketops-pins-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pin = {
  log_origin: 'ledger.test/log',
  sequence: 7,
  hash: 'a'.repeat(64),
  pinned_at: '2026-01-31T12:00:00.000Z',
};

test('a pin is read as it was written, and replaced whole', async () => {
  expect(await readPin(folder, pin.log_origin)).toBeUndefined();
  await writePin(folder, pin);
  await writePin(folder, { ...pin, sequence: 9 });
  expect(await readPin(folder, pin.log_origin)).toEqual({ ...pin, sequence: 9 });
  expect(await readdir(folder)).toEqual(['ledger.test_log.json']);
});

test('L1: a damaged pin, and one of another log, is a fault and never an empty memory', async () => {
  await writeFile(pinPath(folder, pin.log_origin), '{"sequence":');
  await expect(readPin(folder, pin.log_origin)).rejects.toMatchObject({ code: 'pin_invalid' });
  await writeFile(pinPath(folder, 'other'), JSON.stringify(pin));
  await expect(readPin(folder, 'other')).rejects.toMatchObject({ code: 'pin_invalid' });
});

test('a log’s name never leads out of the folder', () => {
  for (const name of ['../../etc/passwd', '/etc/passwd', '..', '.'])
    expect(pinPath('/pins', name)).toMatch(/^\/pins\/[^/]*\.json$/);
});
