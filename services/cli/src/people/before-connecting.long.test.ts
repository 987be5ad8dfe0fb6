import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
/** Where Redis should be: whoever comes is counted. */
let server: Server;
let connections = 0;
beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

const run = 'run_01hzy3v8k2m4n6p8q0r2s4t6v8';
const receipt = 'rcp_01HZY3V8K2M4N6P8Q0R2S4T6V8';
const said = ['--reason', 'why', '--as', 'alice', '--yes'];
const order = ['--reason', 'why', '--as', 'alice'];

const wrong: [string, readonly string[], string][] = [
  ['approve: what is no run', ['approve', 'nonsense', ...said], 'usage_invalid'],
  ['approve: what is no operation', ['approve', run, '--operation', 'no such', ...said], 'usage_invalid'],
  [
    'approve: more operations than a statement has room for',
    ['approve', run, ...Array.from({ length: 101 }, (_, at) => ['--operation', `op${at}`]).flat(), ...said],
    'usage_invalid',
  ],
  ['approve: an empty reason', ['approve', run, '--as', 'alice', '--yes', '--reason', ''], 'usage_invalid'],
  ['approve: no yes, and nobody to ask', ['approve', run, '--as', 'alice'], 'confirmation_needed'],
  ['approve: a key nobody listed', ['approve', run, '--as', 'mallory', '--yes'], 'key_not_listed'],
  ['approve: no such key', ['approve', run, '--as', 'nobody', '--yes'], 'key_missing'],
  ['approve: a time that is none', ['approve', run, '--expires', '9d', ...said], 'usage_invalid'],
  ['deny: what is no operation', ['deny', run, '--operation', 'No', ...said], 'usage_invalid'],
  ['deny: no yes, and nobody to ask', ['deny', run, ...order], 'confirmation_needed'],
  ['withdraw: what is no approval', ['withdraw', run, 'x', ...said], 'usage_invalid'],
  ['withdraw: whose name is no name', ['withdraw', run, '--as', '../alice', '--yes'], 'usage_invalid'],
  ['receipt revoke: what is no receipt', ['receipt', 'revoke', 'x', ...said], 'usage_invalid'],
  ['receipt revoke: no yes', ['receipt', 'revoke', receipt, ...order], 'confirmation_needed'],
  [
    'receipt revoke: a key nobody listed',
    ['receipt', 'revoke', receipt, '--reason', 'why', '--as', 'mallory', '--yes'],
    'key_not_listed',
  ],
  [
    'receipt revoke: an empty reason',
    ['receipt', 'revoke', receipt, '--reason', ' ', '--yes'],
    'usage_invalid',
  ],
  ['freeze: what is no repository', ['freeze', '--repository', 'widgets', ...order], 'usage_invalid'],
  ['freeze: an empty reason', ['freeze', '--reason', ' ', '--as', 'alice'], 'usage_invalid'],
  ['freeze: a key nobody listed', ['freeze', '--reason', 'why', '--as', 'mallory'], 'key_not_listed'],
  ['unfreeze: two scopes', ['unfreeze', '--tenant', 'a', '--account', 'b', ...order], 'usage_invalid'],
  ['unfreeze: whose name is no name', ['unfreeze', '--reason', 'why', '--as', 'A B'], 'usage_invalid'],
  [
    'evidence sign: what is no kind',
    ['evidence', 'sign', run, '--kind', 'X Y', '--value', 'x', '--key', 'x'],
    'usage_invalid',
  ],
];

describe('arguments that cannot be meant', () => {
  it('are refused before anything connects to Redis', async () => {
    const cwd = folder();
    const env = {
      HOME: join(cwd, 'home'),
      REDIS_URL: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    await runCommand(['init'], { cwd });
    await runCommand(['approver', 'add', 'alice'], { cwd, env });
    await runCommand(['approver', 'key', 'mallory'], { cwd, env });
    for (const [what, args, code] of wrong) {
      const { stdout } = await runCommand([...args, '--json'], { cwd, env });
      expect([what, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([what, code]);
    }
    expect(connections).toBe(0);
    // That it would have been seen.
    await runCommand(['freeze', ...order], { cwd, env });
    expect(connections).toBeGreaterThan(0);
  }, 300_000);
});
