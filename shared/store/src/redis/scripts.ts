import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script with the SHA-1 that EVALSHA calls it by. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

const script = (lua: string): Script => ({ lua, sha1: createHash('sha1').update(lua).digest('hex') });

/** Runs a script by its digest. After a Redis restart the script cache is empty: then, and only then, by its text. */
export async function runScript(
  redis: Redis,
  { lua, sha1 }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    // As one array: a large batch has more arguments than a call can spread.
    return await redis.call('EVALSHA', [sha1, keys.length, ...keys, ...args]);
  } catch (fault) {
    if (!(fault instanceof Error) || !fault.message.startsWith('NOSCRIPT')) throw fault;
    return redis.call('EVAL', [lua, keys.length, ...keys, ...args]);
  }
}

/*
 * Append, acknowledge and look take many calls at once, each answered by itself: a command costs both sides more than
 * what it carries. The calls of one script may be of several partitions, which is one slot too many on Redis Cluster;
 * there they are to be grouped by partition.
 */

/**
 * Append. For each append all checks stand before its first write, because Redis does not roll a script back.
 *
 * KEYS, per append: control, outbox, relay, deadlines, then one per segment.
 * ARGV: bytes max of a segment; then per append: number of segments, epoch, relay id or '', relay jobs, run id or '',
 *       deadline or '' (ended), number of scopes, the scopes; then per segment: stream, expected last seq, new last
 *       seq, value.
 */
export const appendScript = script(`
local bytes_max = tonumber(ARGV[1])
local key, arg = 1, 2

local function append(segments, scopes, first_key, first_arg)
  local control = redis.call('HMGET', KEYS[first_key], 'epoch', 'state', 'reason')
  if control[2] ~= 'open' then return {'closed', control[2] or 'missing', control[3] or 'the control key is missing'} end
  if control[1] ~= ARGV[first_arg + 1] then return {'epoch', control[1]} end
  for i = 1, scopes do
    local scope = ARGV[first_arg + 6 + i]
    local reason = redis.call('HGET', KEYS[first_key], 'frozen:' .. scope)
    if reason then return {'frozen', scope, reason} end
  end
  local base = first_arg + 7 + scopes
  local outbox = {}
  for i = 0, segments - 1 do
    local at = base + i * 4
    if #ARGV[at + 3] > bytes_max then return {'too_large', ARGV[at]} end
    local last = '0'
    local tail = redis.call('XREVRANGE', KEYS[first_key + 4 + i], '+', '-', 'COUNT', 1)
    if tail[1] then last = string.match(tail[1][1], '^(%d+)') end
    if last ~= ARGV[at + 1] then return {'conflict', ARGV[at], last} end
    outbox[#outbox + 1] = ARGV[at]
    outbox[#outbox + 1] = ARGV[at + 3]
  end
  for i = 0, segments - 1 do
    local at = base + i * 4
    redis.call('XADD', KEYS[first_key + 4 + i], ARGV[at + 2] .. '-0', 'v', ARGV[at + 3])
  end
  redis.call('XADD', KEYS[first_key + 1], '*', unpack(outbox))
  if ARGV[first_arg + 2] ~= '' then redis.call('HSET', KEYS[first_key + 2], ARGV[first_arg + 2], ARGV[first_arg + 3]) end
  if ARGV[first_arg + 4] ~= '' then
    if ARGV[first_arg + 5] ~= '' then
      redis.call('ZADD', KEYS[first_key + 3], ARGV[first_arg + 5], ARGV[first_arg + 4])
    else
      redis.call('ZREM', KEYS[first_key + 3], ARGV[first_arg + 4])
    end
  end
  return {'ok'}
end

local results = {}
while arg <= #ARGV do
  local segments, scopes = tonumber(ARGV[arg]), tonumber(ARGV[arg + 6])
  -- One key of the wrong type must not take the other appends down with it.
  local done, result = pcall(append, segments, scopes, key, arg)
  results[#results + 1] = done and result or {'failed', type(result) == 'table' and result.err or tostring(result)}
  key = key + 4 + segments
  arg = arg + 7 + scopes + segments * 4
end
return results
`);

/**
 * Acknowledge. A deposed writer's word does not count: a lower term than the control key's is refused.
 *
 * KEYS, per partition: control, outbox, one per stream.
 * ARGV, per partition: number of streams, term, the first outbox id to keep, one value per stream. Trimming is exact by
 * default; the `=` that says so is left out because the JavaScript Redis does not know it.
 */
export const acknowledgeScript = script(`
local key, arg = 1, 1
local results = {}
while arg <= #ARGV do
  local streams = tonumber(ARGV[arg])
  local term = redis.call('HGET', KEYS[key], 'term')
  if not term or tonumber(term) > tonumber(ARGV[arg + 1]) then
    results[#results + 1] = 0
  else
    for i = 1, streams do redis.call('SET', KEYS[key + 1 + i], ARGV[arg + 2 + i]) end
    redis.call('XTRIM', KEYS[key + 1], 'MINID', ARGV[arg + 2])
    results[#results + 1] = 1
  end
  key = key + 2 + streams
  arg = arg + 3 + streams
end
return results
`);

/**
 * Look: many small reads as one command, and the relay's deletions with them.
 *
 * KEYS: one per look. ARGV, per look: what, and its parameter. \`range\`: a stream from that id on. \`tail\`: its last id.
 * \`hash\`: all fields. \`get\`: a string. \`drop\`: deletes that field of a hash.
 */
export const lookScript = script(`
local results = {}
for i = 1, #KEYS do
  local what, parameter = ARGV[i * 2 - 1], ARGV[i * 2]
  if what == 'range' then results[i] = redis.pcall('XRANGE', KEYS[i], parameter, '+')
  elseif what == 'tail' then
    local tail = redis.pcall('XREVRANGE', KEYS[i], '+', '-', 'COUNT', 1)
    if tail.err then results[i] = tail else results[i] = tail[1] and tail[1][1] or '0-0' end
  elseif what == 'hash' then results[i] = redis.pcall('HGETALL', KEYS[i])
  elseif what == 'get' then results[i] = redis.pcall('GET', KEYS[i])
  else results[i] = redis.pcall('HDEL', KEYS[i], parameter) end
end
return results
`);

/** Control. Neither epoch nor term ever falls. KEYS: control. ARGV: epoch, state, reason, term. */
export const controlScript = script(`
local have = redis.call('HMGET', KEYS[1], 'epoch', 'term')
if have[1] and tonumber(have[1]) > tonumber(ARGV[1]) then return 0 end
if have[2] and tonumber(have[2]) > tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'state', ARGV[2], 'reason', ARGV[3], 'term', ARGV[4])
return 1
`);
