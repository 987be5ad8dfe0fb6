import type { FaultPoint } from '@marketops/publisher';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell, Moment, Twin } from './crash-points/cells.js';
import { judge } from './crash-points/judge.js';
import { calm } from './crash-points/preludes.js';
import { openStage, type Stage } from './crash-points/stage.js';
import { subjects } from './crash-points/subjects.js';

const slice: readonly (readonly [string, FaultPoint, Moment, Twin])[] = [
  ['release, assets', 'release.create.before', 'late', 'stalled'],
  ['release, assets', 'release.publish.before', 'committed', 'none'],
  ['release, draft', 'write.cleared', 'at', 'stalled'],
  ['asset', 'asset.upload.before', 'later', 'stalled'],
  ['asset', 'asset.upload.after', 'at', 'none'],
  ['tag', 'tag.ref.before', 'later', 'stalled'],
  ['pull, asked', 'pull.create.before', 'committed', 'stalled'],
  ['pull, fork', 'outcome.appended', 'at', 'none'],
];

/** Of `npm run chaos -- --only crash-points` the cells that each show something of their own. They wait side by side. */
describe('publishers that are killed or stopped in the middle of an execution', { timeout: 120_000 }, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ ahead: 0 });
  });
  afterAll(() => stage?.close());

  it.concurrent.each(slice)(
    'X2, E2: %s × %s × %s × twin %s: exactly what was authorized, once, and a completed run',
    async (name, point, moment, twin) => {
      const subject = subjects.find((one) => one.name === name);
      if (subject === undefined) throw new TypeError(`there is no ${name}`);
      const cell: Cell = { subject, prelude: calm, point, nth: 1, moment, twin };
      const { faults, verdict } = await judge(stage, cell);
      expect({ faults, verdict }).toEqual({ faults: [], verdict: 'ok' });
    },
  );
});
