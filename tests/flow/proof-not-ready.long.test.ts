import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

describe('a run that cannot be proven yet', () => {
  let the: TemporarySystem;
  let checkpoint = '';
  const path = () => join(the.system.dir, '.marketops', 'ledger', 'tiles', 'checkpoint');
  const sizeOf = (text: string): number => Number(text.split('\n')[1]);
  const shipped = async (tag: string): Promise<string> => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    await the.client.ended([runId]);
    return runId;
  };
  const signedBeyond = async (size: number): Promise<string> => {
    await the.client.until('the checkpoint has grown', () => {
      checkpoint = readFileSync(path(), 'utf8');
      return Promise.resolve(sizeOf(checkpoint) > size);
    });
    return checkpoint;
  };
  beforeAll(async () => {
    the = await temporarySystem();
  });
  afterAll(() => the.close());

  it('L3: given its entries are not under the checkpoint, or there is none, then it says so, when to ask again, and proves nothing', async () => {
    const marketops = commandsOf(the.system);
    await shipped('v1.0.0');
    const older = await signedBeyond(0);
    const runId = await shipped('v1.1.0');
    const proven = async () => (await marketops('proof', runId)).code === 0;
    await the.client.until('it can be proven', proven);
    const newer = await signedBeyond(sizeOf(older));
    await the.system.kill('ledger');

    writeFileSync(path(), older);
    const early = await marketops('proof', runId);
    expect(early).toMatchObject({
      code: 3,
      said: { error: { code: 'proof_not_ready', next: expect.stringMatching(/every \d+ ms: ask again/) } },
    });
    expect(JSON.stringify(early.said)).toContain(`not under the checkpoint of ${sizeOf(older)} entries`);

    rmSync(path());
    expect(await marketops('proof', runId, '--output', 'x.json')).toMatchObject({
      code: 3,
      said: {
        error: { code: 'proof_not_ready', message: expect.stringContaining('no checkpoint yet') },
      },
    });

    writeFileSync(path(), newer);
    expect((await marketops('proof', runId)).code).toBe(0);
  });
});
