import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedState } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const count = 1_000;

describe('a plan of a thousand operations', () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem();
  });
  afterAll(() => the.close());

  it('E2: completes, each operation once, without conflict storms', async () => {
    const operations = Array.from({ length: count }, (_, n) => ({
      id: `tag-${n}`,
      kind: 'tag_repo',
      tag_name: `t${n}`,
      target: 'main',
    }));
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    await the.client.ended([runId], 150_000);
    const run = await the.client.run(runId);
    expect(run.completed?.data).toMatchObject({ status: 'completed', succeeded: count });
    const tags =
      JSON.stringify(await simulatedState(the.system.url)).match(/"refs\/tags\/t\d+"|"name":"t\d+"/g) ?? [];
    expect(new Set(tags.map((tag) => tag.match(/t\d+/)?.[0])).size).toBe(count);
    // Operations have streams of their own, so the run's stream moves only with the run itself.
    expect(run.lastSeq).toBeLessThan(10);
  }, 180_000);
});
