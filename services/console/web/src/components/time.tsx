import { useNow } from '../data/now.js';
import { useZone } from '../data/zone.js';
import { localTime, localTimeNear, relativeTime, utcTime } from '../text/times.js';

export interface TimeProps {
  /** UTC, as the system writes it. */
  readonly at: string;
  /** `near` leaves today's date away; `relative` says how long ago, with the exact time in the title. */
  readonly as?: 'whole' | 'near' | 'relative';
}

/** A time in the zone of whoever looks (or UTC, where they chose so); hovering shows both. */
export function Time({ at, as = 'whole' }: TimeProps) {
  const now = useNow();
  const zone = useZone();
  const whole = localTime(at, zone);
  const text = as === 'whole' ? whole : as === 'near' ? localTimeNear(at, now, zone) : relativeTime(at, now);
  return (
    <time dateTime={at} title={`${whole}${zone === undefined ? ' local' : ''}\n${utcTime(at)}`}>
      {text}
    </time>
  );
}
