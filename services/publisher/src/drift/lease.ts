import { randomUUID } from 'node:crypto';
import { reconcilerLeaseKey } from '@marketops/engine';
import { type Connection, scriptOf } from '../ports/redis-script.js';

const lastsMs = 60_000;

/** Only who holds it changes it. ARGV[1]: `<token> <milliseconds> <what to hold it as>`. */
const changeScript = scriptOf(`
local token, ms, as = string.match(ARGV[1], '^(%S+) (%d+) (%S+)$')
if redis.call('GET', KEYS[1]) ~= token then return 0 end
redis.call('SET', KEYS[1], as, 'PX', ms)
return 1
`);

/** One process reconciles at a time; between two passes nobody does. It saves requests, and nothing depends on it. */
export interface ReconcilerLease {
  take(): Promise<boolean>;
  /** @returns false where it has been lost meanwhile */
  keep(): Promise<boolean>;
  /** Until then nobody takes it. */
  rest(ms: number): Promise<void>;
}

export function openLease(redis: Connection): ReconcilerLease {
  const token = randomUUID();
  const change = async (ms: number, as: string) =>
    Number(await changeScript(redis, [reconcilerLeaseKey], `${token} ${Math.max(1, Math.ceil(ms))} ${as}`));
  return {
    take: async () => (await redis.set(reconcilerLeaseKey, token, 'PX', lastsMs, 'NX')) === 'OK',
    keep: async () => (await change(lastsMs, token)) === 1,
    async rest(ms) {
      await change(ms, 'resting');
    },
  };
}
