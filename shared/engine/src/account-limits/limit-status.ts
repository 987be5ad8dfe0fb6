import type { Redis } from 'ioredis';
import type { AccountBudget } from './budget.js';
import { bucketIn, bucketsPerWindow, isWriteField, limitFields } from './limit-fields.js';
import { limitKey, tenantOfWaiter } from './limit-keys.js';

/** One of the sliding windows. All times epoch milliseconds by Redis' clock. */
export interface WindowStatus {
  readonly window: 'primary_per_hour' | 'points_per_minute' | 'writes_per_minute' | 'writes_per_hour';
  readonly max: number;
  readonly used: number;
  readonly left: number;
  /** When there is more, where nothing is left. */
  readonly moreAtMs: number | null;
  /** When all of it is there again, unless something is spent; null where it is. */
  readonly allAtMs: number | null;
}

/** What an account has left, as the publishers' scripts see it. */
export interface LimitStatus {
  readonly windows: readonly WindowStatus[];
  /** The earliest turn of the next write; now or later. */
  readonly nextWriteAtMs: number;
  readonly pausedUntilMs: number | null;
  /** GitHub's own word on its hour, while that lasts, less what was spent since. */
  readonly reported: {
    readonly limit: number;
    readonly remaining: number;
    readonly resetsAtMs: number;
  } | null;
  readonly requestsUnderWay: number;
  readonly operationsUnderWay: number;
  readonly waiting: readonly { readonly tenant: string; readonly operations: number }[];
}

type Reads = Pick<Redis, 'hgetall' | 'zrangebyscore' | 'time'>;

/** Reads, and changes nothing: four commands. */
export async function readLimitStatus(
  redis: Reads,
  account: string,
  budget: AccountBudget,
): Promise<LimitStatus> {
  const [seconds, micros] = await redis.time();
  const nowMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const [fields, requests, running, waiting] = await Promise.all([
    redis.hgetall(limitKey(account, 'budget')),
    redis.zrangebyscore(limitKey(account, 'requests'), nowMs, '+inf'),
    redis.zrangebyscore(limitKey(account, 'running'), nowMs, '+inf'),
    redis.zrangebyscore(limitKey(account, 'waiting'), '-inf', '+inf'),
  ]);
  const { hourMs, minuteMs } = budget;
  const latestMs = nowMs + Math.max(hourMs, hourRealMs);
  const time = (field: string): number =>
    fields[field] === undefined ? 0 : timeWithin(fields[field], latestMs);
  const count = (field: string): number => countIn(fields[field]);
  const writes = Object.keys(fields)
    .flatMap((field) => (isWriteField(field) ? [{ endsMs: time(field), units: 1 }] : []))
    .sort((one, other) => one.endsMs - other.endsMs);
  const ofWrites = (windowMs: number) =>
    writes.map(({ endsMs, units }) => ({ endsMs: endsMs + windowMs, units }));
  const windows = [
    windowStatus(
      'primary_per_hour',
      budget.primaryPerHour,
      buckets(fields, limitFields.requests, hourMs, latestMs),
      nowMs,
    ),
    windowStatus(
      'points_per_minute',
      budget.pointsPerMinute,
      buckets(fields, limitFields.points, minuteMs, latestMs),
      nowMs,
    ),
    windowStatus('writes_per_minute', budget.writesPerMinute, ofWrites(minuteMs), nowMs),
    windowStatus('writes_per_hour', budget.writesPerHour, ofWrites(hourMs), nowMs),
  ];
  const pausedUntilMs = time(limitFields.pausedUntil);
  const resetsAtMs = time(limitFields.saidUntil);
  const turns = [
    nowMs,
    time(limitFields.nextWrite),
    pausedUntilMs,
    ...windows.map(({ moreAtMs }) => moreAtMs ?? 0),
  ];
  return {
    windows,
    nextWriteAtMs: Math.max(...turns),
    pausedUntilMs: pausedUntilMs > nowMs ? pausedUntilMs : null,
    reported:
      resetsAtMs > nowMs
        ? {
            limit: count(limitFields.saidLimit),
            remaining: count(limitFields.saidRemaining),
            resetsAtMs,
          }
        : null,
    requestsUnderWay: requests.length,
    operationsUnderWay: running.length,
    waiting: perTenant(waiting),
  };
}

const hourRealMs = 3_600_000;

/** What is no time, or one that cannot be, closes until the latest that can: so the scripts read it. */
const timeWithin = (text: string | undefined, latestMs: number): number => {
  const ms = Number(text);
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), latestMs) : latestMs;
};

/** What is no count counts nothing; none is larger than can be said exactly. */
const countIn = (text: string | undefined): number => {
  const units = Number(text ?? 0);
  return Number.isNaN(units) ? 0 : Math.min(Math.max(Math.floor(units), 0), countMax);
};
const countMax = 1_000_000_000;

/** So many units, until then. */
interface Spent {
  readonly endsMs: number;
  readonly units: number;
}

/** A bucket counts until all of it has left the window. */
function buckets(
  fields: Readonly<Record<string, string>>,
  window: Parameters<typeof bucketIn>[0],
  windowMs: number,
  latestMs: number,
): Spent[] {
  const widthMs = windowMs / bucketsPerWindow;
  return Object.entries(fields)
    .flatMap(([field, units]) => {
      const bucket = bucketIn(window, field);
      return bucket === undefined
        ? []
        : [
            {
              endsMs: timeWithin(`${(bucket + 1) * widthMs + windowMs}`, latestMs + windowMs),
              units: countIn(units),
            },
          ];
    })
    .sort((one, other) => one.endsMs - other.endsMs);
}

function windowStatus(
  window: WindowStatus['window'],
  max: number,
  all: readonly Spent[],
  nowMs: number,
): WindowStatus {
  const spent = all.filter(({ endsMs }) => endsMs > nowMs);
  const used = spent.reduce((sum, { units }) => sum + units, 0);
  let freed = 0;
  const more = spent.find(({ units }) => {
    freed += units;
    return used - freed < max;
  });
  return {
    ...{ window, max, used, left: Math.max(0, max - used) },
    moreAtMs: used < max ? null : Math.ceil(more?.endsMs ?? nowMs),
    allAtMs: used === 0 ? null : Math.ceil(spent.at(-1)?.endsMs ?? nowMs),
  };
}

function perTenant(waiting: readonly string[]): LimitStatus['waiting'] {
  const counts = new Map<string, number>();
  for (const waiter of waiting) {
    const tenant = tenantOfWaiter(waiter);
    counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
  }
  return [...counts]
    .map(([tenant, operations]) => ({ tenant, operations }))
    .sort((one, other) => other.operations - one.operations);
}
