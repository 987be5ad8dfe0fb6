import type { MarketOpsEvent } from '@marketops/contracts';
import { eventText, type Tone } from '@marketops/operator/words';
import type { Output, Paint } from '../output.js';

/** Writes events as lines of one column layout, with the time since the first. */
export function eventLines(paint: Paint): (event: MarketOpsEvent) => string {
  let startMs: number | undefined;
  return (event) => {
    const atMs = Date.parse(event.time);
    startMs ??= atMs;
    const { phase, subject, text, tone } = eventText(event);
    const since = `+${((atMs - startMs) / 1_000).toFixed(2)} s`.padStart(9);
    return `${paint.dim(since)}  ${phase.padEnd(9)}  ${paint.bold(subject.padEnd(9))}  ${toned(paint, tone)(text)}`;
  };
}

/** The same lines as notes, beside what a command answers. */
export function eventNotes(output: Output): (event: MarketOpsEvent) => void {
  const line = eventLines(output.paintNote);
  return (event) => output.note(line(event));
}

export function toned(paint: Paint, tone: Tone): (text: string) => string {
  const colours = {
    plain: (text: string) => text,
    good: paint.green,
    warn: paint.yellow,
    bad: paint.red,
    dim: paint.dim,
  };
  return colours[tone];
}
