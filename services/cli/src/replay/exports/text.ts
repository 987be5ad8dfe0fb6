import { type Exporter, isProven, rowOf, signatureText } from '@marketops/operator/reading';
import { eventText } from '@marketops/operator/words';
import type { Output } from '../../output.js';
import { toned } from '../../render/event-line.js';

/** One line per event, for a terminal. */
export function textExporter(output: Output): Exporter {
  const { paint } = output;
  return {
    head: () => undefined,
    event(recorded) {
      const { entry, time, runId, operationId, actor, what } = rowOf(recorded);
      const { tone } = eventText(recorded.event);
      const where = [runId, operationId].filter((one) => one !== '').join(' ') || recorded.event.stream;
      const doubt = isProven(recorded) ? '' : `${paint.inverse(` ${signatureText(recorded)} `)} `;
      const place = paint.dim(`${entry === '' ? 'not yet' : `#${entry}`}`.padStart(8));
      output.line(
        `${place}  ${paint.dim(time)}  ${actor.padEnd(10)}  ${paint.bold(where)}  ${doubt}${toned(paint, tone)(what)}`,
      );
    },
    held: ({ sequence, what }) =>
      output.line(`${paint.dim(`#${sequence}`.padStart(8))}  ${paint.yellow(`of an unknown type: ${what}`)}`),
    end: () => undefined,
  };
}
