import { bucketsPerWindow, limitFields } from '@marketops/engine';
import { mendLua } from './mend.js';

/** Names that others read too stand in one place for both. */
const fieldsLua = Object.entries(limitFields)
  .map(([name, field]) => `${name} = '${field}'`)
  .join(', ');

/**
 * What both scripts begin with. KEYS as `limitKeys` has them; ARGV[1] is one JSON document (`Ask`). Times are milliseconds of Redis'
 * own clock, so it does not matter what the clocks of the processes say.
 *
 * Windows slide. Writes are remembered one by one, each with the time of its turn: turns only ever go up, so the last but
 * eighty and the last but five hundred say when the next may be. Points and requests are summed in buckets, a hundred and twenty
 * to a window, and count until the whole bucket has left it: a little late, never early.
 */
export const accountLua = `
local call = redis.call
local budget, requests, running, promised = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local waiting, due, jobs, tenants = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local ask = cjson.decode(ARGV[1])
local limits = ask.limits
local fields = { ${fieldsLua} }
local time = call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function text(number) return string.format('%.0f', number) end
-- To Lua 'nan' and 'inf' are numbers. Here they are none.
local function finite(value)
  local number = value and tonumber(value)
  if not number or number ~= number or number == math.huge or number == -math.huge then return nil end
  return number
end
local function get(field) return finite(call('HGET', budget, field)) end
local function set(field, number) call('HSET', budget, field, text(number)) end
${mendLua}

-- A caller that has known another life of this key comes back with what it has spent itself.
local life = call('HGET', budget, 'life')
if ask.life and ask.life ~= life and not ask.spent then return {'restore', '0', ''} end
if not life then
  life = time[1] .. '.' .. time[2]
  call('HSET', budget, 'life', life)
end
-- Buckets of another length say nothing here; a length changes with the configuration only.
if call('HGET', budget, 'scale') ~= text(limits.minute_ms) then
  for _, field in ipairs(call('HKEYS', budget)) do
    if string.find(field, fields.requests, 1, true) == 1 or string.find(field, fields.points, 1, true) == 1 then
      call('HDEL', budget, field)
    end
  end
  call('HSET', budget, 'scale', text(limits.minute_ms))
end

if is_damaged() then mend() end
ceiling(fields.pausedUntil, now + real_hour)
ceiling(fields.saidUntil, now + real_hour)
ceiling(fields.nextWrite, latest_turn + limits.spacing_ms)
ends_by(requests, latest_turn + real_hour)
ends_by(running, latest_turn + real_hour)

local count = get('writes') or 0
local oldest = get('oldest') or 1

-- A process has many questions under way: the first that finds another life here brings what it spent, the others do not again.
local has_restored = 'restored:' .. ask.process
if ask.spent and call('HSETNX', budget, has_restored, '1') == 1 then
  local times = {}
  for i = oldest, count do
    local at = get(fields.write .. text(i))
    if at then times[#times + 1] = at end
    call('HDEL', budget, fields.write .. text(i))
  end
  for _, at in ipairs(ask.spent) do
    if at > now - limits.hour_ms then times[#times + 1] = math.min(at, latest_turn) end
  end
  table.sort(times)
  for i, at in ipairs(times) do set(fields.write .. text(i), at) end
  oldest, count = 1, #times
  set('oldest', oldest)
  set('writes', count)
  if count > 0 then set(fields.nextWrite, math.max(get(fields.nextWrite) or 0, times[count] + limits.spacing_ms)) end
end

local buckets = ${bucketsPerWindow}
local function window(name, max, length)
  local width = length / buckets
  local sum, first, last = get(name .. '_sum') or 0, get(name .. '_first'), get(name .. '_last')
  while first and first <= last and (first + 1) * width + length <= now do
    local field = name .. ':' .. text(first)
    sum = sum - (get(field) or 0)
    call('HDEL', budget, field)
    first = first + 1
  end
  if first and first > last then first, last, sum = nil, nil, 0 end
  local self = {}
  function self.wait(cost)
    if sum + cost <= max or not first then return 0 end
    local free = 0
    for at = first, last do
      free = free + (get(name .. ':' .. text(at)) or 0)
      if sum - free + cost <= max then return (at + 1) * width + length - now end
    end
    return length
  end
  function self.add(at, cost)
    local bucket = math.floor(at / width)
    first, last = math.min(first or bucket, bucket), math.max(last or bucket, bucket)
    call('HINCRBY', budget, name .. ':' .. text(bucket), text(cost))
    sum = sum + cost
  end
  -- What a conditional request did not cost: of the newest bucket, for it has only just been spent.
  function self.give_back(units)
    local field = last and name .. ':' .. text(last)
    local there = field and get(field) or 0
    local back = math.min(there, units)
    if back > 0 then
      set(field, there - back)
      sum = sum - back
    end
  end
  function self.save()
    if not first then
      call('HDEL', budget, name .. '_sum', name .. '_first', name .. '_last')
      return
    end
    set(name .. '_sum', sum)
    set(name .. '_first', first)
    set(name .. '_last', last)
  end
  return self
end
local primary = window(fields.requests, limits.primary_per_hour, limits.hour_ms)
local points = window(fields.points, limits.points_per_minute, limits.minute_ms)

-- No turn is given that is further away than a request may wait.
local function turn(index)
  local field = fields.write .. text(index)
  ceiling(field, latest_turn)
  return get(field)
end
-- When the write after \`further\` others may have its turn, from now, and what it waits for. Of turns that are not given yet nothing is known.
local function write_wait(further)
  local at, why = math.max(now, get(fields.nextWrite) or 0), 'spacing'
  local minute = turn(count + 1 + further - limits.writes_per_minute)
  if minute and minute + limits.minute_ms > at then at, why = minute + limits.minute_ms, 'writes_per_minute' end
  local hour = turn(count + 1 + further - limits.writes_per_hour)
  if hour and hour + limits.hour_ms > at then at, why = hour + limits.hour_ms, 'writes_per_hour' end
  return at - now, why
end

local function forget(waiter)
  call('ZREM', waiting, waiter)
  call('ZREM', due, waiter)
  call('HDEL', jobs, waiter)
end
local function leave(waiter)
  call('ZREM', running, waiter)
  call('HDEL', promised, waiter)
end

-- What has become of earlier requests and operations comes with the next question.
for _, id in ipairs(ask.over) do call('ZREM', requests, id) end
for _, waiter in ipairs(ask.left) do leave(waiter) end
for _, one in ipairs(ask.aside) do
  if call('HGET', jobs, one[1]) == one[2] then forget(one[1]) end
end
if ask.unspent > 0 then primary.give_back(ask.unspent) end
local said = ask.said
if said then
  -- Of one window the lowest counts: answers overtake each other. A later reset is a new window.
  local reset = get('said_reset') or 0
  if said.reset == reset then
    set(fields.saidRemaining, math.min(get(fields.saidRemaining) or said.remaining, said.remaining))
  elseif said.reset > reset or (get(fields.saidUntil) or 0) <= now then
    set('said_reset', said.reset)
    set(fields.saidUntil, now + math.min(said.in_ms, real_hour))
    set(fields.saidRemaining, said.remaining)
    set(fields.saidLimit, said.limit)
  end
end
ask.pause_ms = math.min(ask.pause_ms, real_hour)
if ask.pause_ms > 0 then
  set(fields.pausedUntil, math.max(get(fields.pausedUntil) or 0, now + ask.pause_ms))
  call('PUBLISH', ask.channel, cjson.encode({ account = ask.account, for_ms = ask.pause_ms }))
end

-- How long before anything at all may be asked of the provider, and why.
local function closed_for(wanted)
  local cost = math.min(wanted, limits.primary_per_hour)
  local wait, why = math.max(0, (get(fields.pausedUntil) or 0) - now), 'paused'
  local until_reset = (get(fields.saidUntil) or 0) - now
  if cost > 0 and until_reset > wait and (get(fields.saidRemaining) or 0) < cost then wait, why = until_reset, 'remaining' end
  local slides = primary.wait(cost)
  if slides > wait then wait, why = slides, 'primary' end
  return wait, why
end

local function ended(verdict, wait, why)
  primary.save()
  points.save()
  -- Rounded up, and one more for clocks that ring early: a wait must not end before its time.
  local rounded = wait > 0 and math.ceil(wait) + 1 or 0
  for _, key in ipairs(KEYS) do call('PEXPIRE', key, text(2 * limits.hour_ms + 60000)) end
  return {verdict, text(rounded), why or '', life}
end
`;
