import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { send } from './send.js';
import { roomField } from './wire.js';

/** A Lua script with the SHA-1 that EVALSHA calls it by. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

export const script = (lua: string): Script => ({ lua, sha1: createHash('sha1').update(lua).digest('hex') });

/** Runs a script by its digest. After a Redis restart the script cache is empty: then, and only then, by its text. */
export async function runScript(
  redis: Redis,
  { lua, sha1 }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const count = String(keys.length);
  try {
    return await send(redis, 'EVALSHA', [sha1, count].concat(keys, args));
  } catch (fault) {
    if (!(fault instanceof Error) || !fault.message.startsWith('NOSCRIPT')) throw fault;
    return send(redis, 'EVAL', [lua, count].concat(keys, args));
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
 * KEYS, per append: control, outbox, relay if it has jobs, deadlines if it sets one, the tombstone of its run if it begins a
 *       stream, then one per segment.
 * ARGV: bytes max of a segment; then per append: number of segments, number of scopes, relay id or '', run id or '',
 *       epoch, the run whose tombstone is to be absent or '', the fields of the scopes in control; with a relay id: the jobs; with a run id: the deadline or '' (ended);
 *       then per segment: stream, expected last seq, the id of the event that is expected there or '', new last seq, value.
 * Answers, per append: 1 where it stands, else what is in the way.
 */
export const appendScript = script(`
local call, KEYS, ARGV = redis.call, KEYS, ARGV
local bytes_max = tonumber(ARGV[1])

-- key and arg: the first of this append; at_key and at_arg: the first of its segments.
local function append(key, arg, at_key, at_arg, segments, scopes)
  local control = call('HMGET', KEYS[key], 'epoch', 'state', 'reason', unpack(ARGV, arg + 6, arg + 5 + scopes))
  if control[2] ~= 'open' then return {'closed', control[2] or 'missing', control[3] or 'the control key is missing'} end
  if control[1] ~= ARGV[arg + 4] then return {'epoch', control[1]} end
  for i = 1, scopes do
    local field, why = ARGV[arg + 5 + i], control[3 + i]
    if why and (why ~= '' or field ~= '${roomField}') then return {'frozen', field, why} end
  end
  if ARGV[arg + 5] ~= '' then
    local tombstone = call('GET', KEYS[at_key - 1])
    if tombstone then return {'retired', ARGV[arg + 5], tombstone} end
  end
  local outbox = {}
  for i = 0, segments - 1 do
    local at = at_arg + i * 5
    if #ARGV[at + 4] > bytes_max then return {'too_large', ARGV[at]} end
    local last, id = '0', ARGV[at + 2]
    local tail = call('XREVRANGE', KEYS[at_key + i], '+', '-', 'COUNT', 1)
    if tail[1] then last = string.match(tail[1][1], '^(%d+)') end
    if last ~= ARGV[at + 1] then return {'conflict', ARGV[at], last} end
    -- Redis may have lost what stood there and got something else: the same seq is not the same event.
    if id ~= '' and not (tail[1] and string.find(tail[1][2][2], '"id":"' .. id .. '"', 1, true)) then
      return {'another', ARGV[at], last}
    end
    outbox[i * 2 + 1] = ARGV[at]
    outbox[i * 2 + 2] = ARGV[at + 4]
  end
  for i = 0, segments - 1 do
    local at = at_arg + i * 5
    call('XADD', KEYS[at_key + i], ARGV[at + 3] .. '-0', 'v', ARGV[at + 4])
  end
  call('XADD', KEYS[key + 1], '*', unpack(outbox))
  local relay, run = ARGV[arg + 2], ARGV[arg + 3]
  local extra_key, extra_arg = key + 2, arg + 6 + scopes
  if relay ~= '' then
    call('HSET', KEYS[extra_key], relay, ARGV[extra_arg])
    extra_key, extra_arg = extra_key + 1, extra_arg + 1
  end
  if run ~= '' then
    if ARGV[extra_arg] ~= '' then call('ZADD', KEYS[extra_key], ARGV[extra_arg], run)
    else call('ZREM', KEYS[extra_key], run) end
  end
  return 1
end

local key, arg = 1, 2
local results = {}
while arg <= #ARGV do
  local segments, scopes = tonumber(ARGV[arg]), tonumber(ARGV[arg + 1])
  local extras = 0
  if ARGV[arg + 2] ~= '' then extras = 1 end
  if ARGV[arg + 3] ~= '' then extras = extras + 1 end
  local at_key, at_arg = key + 2 + extras, arg + 6 + scopes + extras
  if ARGV[arg + 5] ~= '' then at_key = at_key + 1 end
  -- One key of the wrong type must not take the other appends down with it.
  local done, result = pcall(append, key, arg, at_key, at_arg, segments, scopes)
  results[#results + 1] = done and result or {'failed', type(result) == 'table' and result.err or tostring(result)}
  key, arg = at_key + segments, at_arg + segments * 5
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
  local term = tonumber(redis.call('HGET', KEYS[key], 'term') or '')
  if not term or term > tonumber(ARGV[arg + 1]) then
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
 * KEYS: one per look. ARGV, per look: what, and its parameter. `tail`: a stream's last id. `hash`: all fields. `get`: a
 * string. `drop`: deletes that field of a hash.
 */
export const lookScript = script(`
local pcall, KEYS, ARGV = redis.pcall, KEYS, ARGV
local results = {}
for i = 1, #KEYS do
  local what = ARGV[i * 2 - 1]
  if what == 'drop' then results[i] = pcall('HDEL', KEYS[i], ARGV[i * 2])
  elseif what == 'get' then results[i] = pcall('GET', KEYS[i])
  elseif what == 'hash' then results[i] = pcall('HGETALL', KEYS[i])
  else
    local tail = pcall('XREVRANGE', KEYS[i], '+', '-', 'COUNT', 1)
    if tail.err then results[i] = tail else results[i] = tail[1] and tail[1][1] or '0-0' end
  end
end
return results
`);

/**
 * Control. Neither epoch nor term ever falls, unless what stands is no number of ours: that counts as absent.
 *
 * KEYS: control. ARGV: epoch, state, reason, term, the ledger's name or '', '1' where what stands is damaged, and by how much
 * a term may then be too high and is still respected.
 */
export const controlScript = script(`
local function number(text)
  if text and #text <= 15 and string.match(text, '^%d+$') then return tonumber(text) end
  return 0
end
local have = redis.call('HMGET', KEYS[1], 'epoch', 'term')
local damaged = ARGV[6] == '1'
if not damaged and number(have[1]) > tonumber(ARGV[1]) then return 0 end
local above = number(have[2]) - tonumber(ARGV[4])
if above > 0 and not (damaged and above > tonumber(ARGV[7])) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'state', ARGV[2], 'reason', ARGV[3], 'term', ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'ledger', ARGV[5]) end
return 1
`);
