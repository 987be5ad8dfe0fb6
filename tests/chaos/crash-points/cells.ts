import type { FaultPoint } from '@marketops/publisher';
import type { Prelude } from './preludes.js';
import type { Subject } from './subjects.js';
import { writeAt } from './writes.js';

/**
 * When the process ends, or stands still, with regard to the write that a point stands before.
 *
 * `at`: at the point itself. `committed`: GitHub has done the write, and the answer is never seen. `late`: the request is
 * under way, and is done at the last moment before the next publisher may look. `later`: it is done only after that one has
 * looked and found nothing, when no request of ours can be under way any more.
 */
export const moments = ['at', 'committed', 'late', 'later'] as const;
export type Moment = (typeof moments)[number];

/** Killed, and that is the end of it; or stopped, and going on when another publisher has done its work. */
export const twins = ['none', 'stalled'] as const;
export type Twin = (typeof twins)[number];

export interface Cell {
  readonly subject: Subject;
  readonly prelude: Prelude;
  readonly point: FaultPoint;
  /** The how-manieth time that the execution comes to the point, from 1. */
  readonly nth: number;
  readonly moment: Moment;
  readonly twin: Twin;
}

/** What one execution passed when nobody stopped it. */
export interface Recording {
  readonly subject: Subject;
  readonly prelude: Prelude;
  readonly passed: readonly FaultPoint[];
}

/** One visit of an execution to a point. */
interface Visit {
  readonly point: FaultPoint;
  readonly nth: number;
}

/**
 * The cells of a subject: every point of the calm execution as often as it comes to it, then of each other one the points
 * that those before it lack.
 */
export function cellsOf(recordings: readonly Recording[]): Cell[] {
  const seen = new Map<Subject, Set<FaultPoint>>();
  return recordings.flatMap(({ subject, prelude, passed }) => {
    const known = seen.get(subject) ?? new Set<FaultPoint>();
    const fresh = numbered(passed).filter(({ point }) => !known.has(point));
    seen.set(subject, new Set([...known, ...passed]));
    return fresh.flatMap((visit) =>
      momentsOf(visit.point).flatMap((moment) =>
        twins.map((twin) => ({ subject, prelude, ...visit, moment, twin })),
      ),
    );
  });
}

const momentsOf = (point: FaultPoint): readonly Moment[] =>
  point.endsWith('.before') && writeAt(point) !== undefined ? moments : ['at'];

function numbered(passed: readonly FaultPoint[]): Visit[] {
  const counts = new Map<FaultPoint, number>();
  return passed.map((point) => {
    const nth = (counts.get(point) ?? 0) + 1;
    counts.set(point, nth);
    return { point, nth };
  });
}

export const shownCell = ({ subject, point, nth, moment, twin }: Cell): string =>
  `${subject.name} × ${point}${nth > 1 ? ` (${nth})` : ''} × ${moment} × twin ${twin}`;
