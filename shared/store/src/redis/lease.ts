import type { Redis } from 'ioredis';
import type { LeaseAnswer, LeaseCall } from '../lease.js';
import { keys } from './keys.js';
import { runScript, script } from './scripts.js';

/**
 * Lease. The time is Redis' own, and stands in a field and not in the key's expiry: so that a lease whose time is over can be
 * told from one that Redis has lost. A clock that went back must not make a lease longer than it was asked for.
 *
 * KEYS: lease. ARGV: action, holder, about, length in ms, '1' where an absent lease is taken at once, a holder that has ended
 * or ''. Answers: 1 where the caller holds it, holder, about, what is left.
 */
const leaseScript = script(`
local have = redis.call('HMGET', KEYS[1], 'holder', 'about', 'until_ms')
local holder, about = have[1] or '', have[2] or ''
local action, caller, length = ARGV[1], ARGV[2], tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local over = 0
if have[3] and #have[3] <= 15 and string.match(have[3], '^%d+$') then over = tonumber(have[3]) end

local function write(who, what, at)
  redis.call('HSET', KEYS[1], 'holder', who, 'about', what, 'until_ms', string.format('%.0f', at))
end
local function grant()
  write(caller, ARGV[3], now + length)
  return {1, caller, ARGV[3], length}
end

if action == 'give' then
  if holder == caller then write('', '', 0) end
  return {0, '', '', 0}
end
if holder == caller then return grant() end
if not have[1] then
  if action == 'hold' or ARGV[5] == '1' then return grant() end
  write('', '', now + length)
  return {0, '', '', length}
end
if over > now + length then
  over = now + length
  write(holder, about, over)
end
if over <= now or (action == 'hold' and holder == '') then return grant() end
if action == 'take' and holder ~= '' and holder == ARGV[6] then return grant() end
return {0, holder, about, over - now}
`);

export async function callLease(redis: Redis, call: LeaseCall): Promise<LeaseAnswer> {
  const { about = '', lengthMs = 0 } = call.action === 'give' ? {} : call;
  const { soon = false, instead = '' } = call.action === 'take' ? call : {};
  const args = [call.action, call.holder, about, String(lengthMs), soon ? '1' : '', instead];
  const [mine, holder = '', told = '', left = 0] = (await runScript(
    redis,
    leaseScript,
    [keys.lease],
    args,
  )) as readonly [number, string, string, number];
  return { isMine: mine === 1, holder: String(holder), about: String(told), leftMs: Number(left) };
}
