import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from './listen.js';

const at = (host: string, port: number) => listen(async () => undefined, { host, port } as never);

it('given a port that is taken, or an address that is not here, then it says which, why, and where to name another', async () => {
  const first = await at('127.0.0.1', 0);
  onTestFinished(() => void first.close());
  const { port } = first.address() as AddressInfo;
  await expect(at('127.0.0.1', port)).rejects.toMatchObject({
    code: 'config_invalid',
    message: `The console cannot listen at 127.0.0.1, port ${port}: something listens there already.`,
    next: expect.stringContaining('MARKETOPS_CONSOLE_PORT'),
  });
  await expect(at('192.0.2.1', 0)).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('this machine has no such address'),
  });
});
