import type { MarketOpsEvent } from '@marketops/contracts';
import type { PlacedEvent } from '@marketops/operator/reading';
import {
  duration,
  type EventText,
  eventText,
  type Phase,
  plural,
  shortTime,
} from '@marketops/operator/words';
import type { Output } from '../output.js';
import { toned } from './event-line.js';

interface TimelineStep extends EventText {
  readonly event: MarketOpsEvent;
  readonly sequence: number | undefined;
  /** Since the run's first event. */
  readonly offsetMs: number;
  /** True for what a refused job claimed about this run: nobody vouches for it. */
  readonly unverified: boolean;
}

export interface TimelinePhase {
  readonly phase: Phase;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  readonly steps: readonly TimelineStep[];
}

const phases: readonly Phase[] = ['plan', 'authorize', 'execute', 'prove'];

/** A run's events by phase, each in order. A phase lasts from its first to its last event; phases overlap. */
export function timelineOf(events: readonly PlacedEvent[], claims: readonly PlacedEvent[]): TimelinePhase[] {
  const startMs = Math.min(...events.map(({ event }) => Date.parse(event.time)));
  const step =
    (unverified: boolean) =>
    (placed: PlacedEvent): TimelineStep => ({
      ...placed,
      ...eventText(placed.event),
      offsetMs: Date.parse(placed.event.time) - startMs,
      unverified,
    });
  const steps = [...events.map(step(false)), ...claims.map(step(true))].sort(
    (a, b) => (a.sequence ?? Infinity) - (b.sequence ?? Infinity) || a.offsetMs - b.offsetMs,
  );
  return phases.flatMap((phase): TimelinePhase[] => {
    const own = steps.filter((one) => one.phase === phase);
    const times = own.map(({ event }) => event.time).sort();
    const [startedAt, endedAt] = [times[0], times.at(-1)];
    if (startedAt === undefined || endedAt === undefined) return [];
    return [
      { phase, startedAt, endedAt, durationMs: Date.parse(endedAt) - Date.parse(startedAt), steps: own },
    ];
  });
}

const titles: Readonly<Record<Phase, string>> = {
  plan: 'Plan',
  authorize: 'Authorize',
  execute: 'Execute',
  prove: 'Prove',
};

export function renderTimeline(output: Output, timeline: readonly TimelinePhase[]): void {
  const { paint } = output;
  for (const { phase, startedAt, durationMs, steps } of timeline) {
    output.line();
    const span = `${shortTime(startedAt)}, ${duration(durationMs)}, ${plural(steps.length, 'event')}`;
    output.line(`${paint.bold(paint.cyan(titles[phase].padEnd(10)))} ${paint.dim(span)}`);
    for (const step of steps) output.line(stepLine(output, step));
  }
}

function stepLine({ paint }: Output, step: TimelineStep): string {
  const offset = `+${(step.offsetMs / 1_000).toFixed(3)} s`.padStart(11);
  const entry = (step.sequence === undefined ? 'not yet' : `#${step.sequence}`).padStart(8);
  const text = toned(paint, step.tone)(step.text);
  const mark = step.unverified ? `${paint.inverse(' unverified ')} ` : '';
  return `${paint.dim(`${offset} ${entry}`)}  ${paint.bold(step.subject.padEnd(9))} ${mark}${text}`;
}
