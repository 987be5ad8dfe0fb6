/*
 * Times travel as UTC with a Z; here, and only here, they are shown in the zone of whoever looks. The UTC form stands in the
 * element's title and its `datetime`.
 */

/** `2026-01-31 13:00:05` in the zone given (the browser's own where none is). */
export function localTime(time: string, zone?: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const parts = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`;
}

/** `13:00:05` where it is the day of `now`, the whole otherwise. */
export function localTimeNear(time: string, now: number, zone?: string): string {
  const whole = localTime(time, zone);
  const today = localTime(new Date(now).toISOString(), zone).slice(0, 10);
  return whole.startsWith(today) ? whole.slice(11) : whole;
}

export const utcTime = (time: string): string => {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
};

/** `in 4 min`, `2 h ago`: for a glance; the exact time stands beside it. */
export function relativeTime(time: string, now: number): string {
  const ms = Date.parse(time) - now;
  if (Number.isNaN(ms)) return '';
  const size = Math.abs(ms);
  const [count, unit] =
    size < 60_000
      ? [Math.round(size / 1_000), 's']
      : size < 3_600_000
        ? [Math.round(size / 60_000), 'min']
        : size < 172_800_000
          ? [Math.round(size / 3_600_000), 'h']
          : [Math.round(size / 86_400_000), 'd'];
  if (size < 2_000) return 'now';
  return ms > 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
}
