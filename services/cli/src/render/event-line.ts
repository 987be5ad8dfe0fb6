import type { MarketOpsEvent } from '@marketops/contracts';
import type { Paint } from '../output.js';
import { eventText } from './event-text.js';
import type { Tone } from './event-words/shared.js';

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
