import { cellsOf } from './cells.js';
import { type Judged, judge } from './judge.js';
import { inParallel } from './pool.js';
import { neverPassed, record, recordable } from './record.js';
import { openStage } from './stage.js';
import { subjects } from './subjects.js';

export interface Matrix {
  readonly judged: readonly Judged[];
  readonly violations: readonly string[];
  readonly seconds: number;
}

/** Cells wait most of the time, for a lease to run out: many of them fit beside each other on two cores. */
const atATime = 16;

/**
 * Every executor × every point that it comes to × every moment × twin. What the points are is recorded first, so that a new one is
 * covered by itself, and one that nobody comes to is a violation.
 */
export async function crashPoints(say: (line: string) => void): Promise<Matrix> {
  const began = performance.now();
  const stage = await openStage({ ahead: 4 });
  try {
    const recordings = await inParallel(recordable(subjects), atATime, ({ subject, prelude }) =>
      record(stage, subject, prelude),
    );
    const cells = cellsOf(recordings);
    say(`${recordings.length} executions recorded; ${cells.length} cells …`);
    let ended = 0;
    const judged = await inParallel(cells, atATime, async (cell) => {
      const one = await judge(stage, cell);
      ended += 1;
      for (const fault of one.faults) say(fault);
      if (ended % 50 === 0) say(`${ended} of ${cells.length}`);
      return one;
    });
    const violations = [
      ...neverPassed(recordings).map((point) => `everyPointIsPassed: nothing comes to ${point}`),
      ...judged.flatMap(({ faults }) => faults),
    ];
    return { judged, violations, seconds: (performance.now() - began) / 1_000 };
  } finally {
    await stage.close();
  }
}
