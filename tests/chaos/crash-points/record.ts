import { faultPoints } from '@marketops/publisher';
import type { Recording } from './cells.js';
import { calm, type Prelude, preludes } from './preludes.js';
import { countAt, limitMs, prepare, submit } from './run-cell.js';
import type { Stage } from './stage.js';
import type { Subject } from './subjects.js';

/** What an undisturbed execution comes to only when this machine is slow; the preludes bring it about on purpose. */
const isDisturbed = (point: string): boolean => /^(?:renewal|retry|resume)\./.test(point);
const tries = 4;

/** One execution that nobody stops, with the points it passes. @throws where it does not end as it must */
export async function record(stage: Stage, subject: Subject, prelude: Prelude): Promise<Recording> {
  for (let left = tries; ; left -= 1) {
    const recording = await recordOnce(stage, subject, prelude);
    if (prelude !== calm || !recording.passed.some(isDisturbed)) return recording;
    if (left === 0) throw new RangeError(`${subject.name} is disturbed even where nothing disturbs it`);
  }
}

async function recordOnce(stage: Stage, subject: Subject, prelude: Prelude): Promise<Recording> {
  const publisher = await stage.victim();
  try {
    const running = await submit(stage, subject, { owner: stage.account(), name: 'widgets' });
    const { runId, place } = running;
    prepare(stage, running, prelude, publisher);
    publisher.serve(place.owner);
    await stage.client.ended([runId], limitMs);
    const done = () => (publisher.handled(runId).includes(null) ? true : undefined);
    await publisher.until('the job has ended', done, limitMs);
    const { faults } = await countAt(stage, running);
    if (faults.length > 0)
      throw new TypeError(`${subject.name}, ${prelude.name}, undisturbed: ${faults.join('; ')}`);
    return { subject, prelude, passed: publisher.passed(runId) };
  } finally {
    publisher.signal('SIGKILL');
  }
}

/** Everything to be recorded, in the order in which points are attributed. */
export const recordable = (subjects: readonly Subject[]): { subject: Subject; prelude: Prelude }[] =>
  subjects.flatMap((subject) =>
    preludes.filter(({ fits }) => fits(subject)).map((prelude) => ({ subject, prelude })),
  );

/** Points that stand in the registry and that no execution comes to: nothing would be known about them. */
export function neverPassed(recordings: readonly Recording[]): string[] {
  const passed = new Set<string>(recordings.flatMap((recording) => recording.passed));
  return Object.keys(faultPoints).filter((point) => !passed.has(point));
}
