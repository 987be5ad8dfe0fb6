import { createHash } from 'node:crypto';

/** A Lua script with the SHA-1 that EVALSHA calls it by. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

const script = (lua: string): Script => ({ lua, sha1: createHash('sha1').update(lua).digest('hex') });

/**
 * Append. All checks stand before the first write, because Redis does not roll a script back.
 *
 * KEYS: control, outbox, relay, deadlines, then one per segment.
 * ARGV: epoch, bytes max of a segment, relay id or '', relay jobs, run id or '', deadline or '' (ended),
 *       number of scopes, the scopes; then per segment: stream, expected last seq, new last seq, value.
 */
export const appendScript = script(`
local control = redis.call('HMGET', KEYS[1], 'epoch', 'state', 'reason')
if control[2] ~= 'open' then return {'closed', control[2] or 'missing', control[3] or 'the control key is missing'} end
if control[1] ~= ARGV[1] then return {'epoch', control[1]} end
local scopes = tonumber(ARGV[7])
for i = 1, scopes do
  local reason = redis.call('HGET', KEYS[1], 'frozen:' .. ARGV[7 + i])
  if reason then return {'frozen', ARGV[7 + i], reason} end
end
local base = 7 + scopes
local bytes_max = tonumber(ARGV[2])
local outbox = {}
for i = 5, #KEYS do
  local at = base + (i - 5) * 4
  if #ARGV[at + 4] > bytes_max then return {'too_large', ARGV[at + 1]} end
  local last = '0'
  local tail = redis.call('XREVRANGE', KEYS[i], '+', '-', 'COUNT', 1)
  if tail[1] then last = string.match(tail[1][1], '^(%d+)') end
  if last ~= ARGV[at + 2] then return {'conflict', ARGV[at + 1], last} end
  outbox[#outbox + 1] = ARGV[at + 1]
  outbox[#outbox + 1] = ARGV[at + 4]
end
for i = 5, #KEYS do
  local at = base + (i - 5) * 4
  redis.call('XADD', KEYS[i], ARGV[at + 3] .. '-0', 'v', ARGV[at + 4])
end
redis.call('XADD', KEYS[2], '*', unpack(outbox))
if ARGV[3] ~= '' then redis.call('HSET', KEYS[3], ARGV[3], ARGV[4]) end
if ARGV[5] ~= '' then
  if ARGV[6] ~= '' then redis.call('ZADD', KEYS[4], ARGV[6], ARGV[5]) else redis.call('ZREM', KEYS[4], ARGV[5]) end
end
return {'ok'}
`);

/**
 * Acknowledge. A deposed writer's word does not count: a lower term than the control key's is refused.
 *
 * KEYS: control, outbox, one per stream. ARGV: term, the first outbox id to keep, one value per stream.
 */
export const acknowledgeScript = script(`
local term = redis.call('HGET', KEYS[1], 'term')
if not term or tonumber(term) > tonumber(ARGV[1]) then return 0 end
for i = 3, #KEYS do redis.call('SET', KEYS[i], ARGV[i]) end
redis.call('XTRIM', KEYS[2], 'MINID', '=', ARGV[2])
return 1
`);

/** Control. Neither epoch nor term ever falls. KEYS: control. ARGV: epoch, state, reason, term. */
export const controlScript = script(`
local have = redis.call('HMGET', KEYS[1], 'epoch', 'term')
if have[1] and tonumber(have[1]) > tonumber(ARGV[1]) then return 0 end
if have[2] and tonumber(have[2]) > tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'state', ARGV[2], 'reason', ARGV[3], 'term', ARGV[4])
return 1
`);
