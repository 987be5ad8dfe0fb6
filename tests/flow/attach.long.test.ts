import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attaching, attachingIn, codeOf } from '../support/attaching.js';
import { release } from '../support/requests.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

describe('attaching a proof to its release', () => {
  let the: TemporarySystem;
  let attaching: Attaching;
  beforeAll(async () => {
    the = await temporarySystem();
    attaching = attachingIn(the);
  });
  afterAll(() => the?.close());
  const ship = async (tag: string, mode = 'prod'): Promise<string> => {
    const [run = ''] = await the.client.submit([{ mode, operations: [release(tag)] }]);
    await the.client.ended([run]);
    return run;
  };

  it('X2: asked twice it is adopted, and what was laid down first is what is attached', async () => {
    const run = await ship('v1.4.0');
    for (let time = 0; time < 2; time += 1)
      expect(await attaching.attachProof(run, '--mode', 'prod')).toMatchObject({
        code: 0,
        said: { outcome: { status: 'completed' } },
      });
    expect(await attaching.assets()).toHaveLength(1);
    const outside = join(the.system.dir, 'bundle.json');
    expect(await attaching.attachProof(run, '--output', outside)).toMatchObject({
      code: 2,
      said: { error: { code: 'usage_invalid' } },
    });
    expect(codeOf(await attaching.attachProof(run, '--mode', 'PROD'))).toBe('mode_invalid');
    expect(codeOf(await attaching.attachProof(run, '--operation', 'other'))).toBe('release_not_shipped');
  });

  it('a run that shipped no release is refused, and so is a file of that name that is no proof of it', async () => {
    const dry = await ship('v1.5.0', 'dry_run');
    expect(await attaching.attachProof(dry)).toMatchObject({
      code: 2,
      said: { error: { code: 'release_not_shipped' } },
    });
    const run = await ship('v1.6.0');
    writeFileSync(join(the.system.dir, 'releases', `marketops-proof-${run}.json`), 'no proof\n');
    expect(codeOf(await attaching.attachProof(run))).toBe('report_exists');
  });

  it('X3: a bundle from before something of the run was erased is not attached', async () => {
    const operations = [
      { ...release('v1.7.0'), id: 'short' },
      { ...release('v1.7.1'), id: 'long', body: 'long '.repeat(3_000) },
    ];
    const [run = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    await the.client.ended([run]);
    const asked = ['--operation', 'short'];
    expect(await attaching.attachProof(run, ...asked)).toMatchObject({ code: 0 });
    rmSync(join(the.system.loaded.dataDir, 'blobs', 'sha256'), { recursive: true });
    expect(codeOf(await attaching.attachProof(run, ...asked, '--mode', 'prod'))).toBe('report_exists');
  });
});
