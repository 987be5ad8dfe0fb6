import { bucketsPerWindow } from '@marketops/engine';

/**
 * What the account's keys may say at most. Whoever may write to Redis may have written anything, and a clock that was ahead has left
 * times of its own: nothing of it may close an account for longer than an hour, open it, or keep Redis in a loop.
 *
 * Needs `now`, `limits`, `fields`, `budget`, `ask`, `text` and `get` of `accountLua`.
 */
export const mendLua = `
local real_hour = math.max(limits.hour_ms, 3600000)
local latest_turn = now + ask.wait_ms_max + 1000

-- A time that cannot be, or is none, becomes the latest that can be, once: it closes, and it ends.
local function ceiling(field, latest)
  local written = call('HGET', budget, field)
  if not written then return end
  local at = get(field)
  if not at or at > latest then set(field, latest) end
end
-- Likewise the end of what is under way or waits.
local function ends_by(key, latest)
  for _, one in ipairs(call('ZRANGEBYSCORE', key, '(' .. text(latest), '+inf', 'LIMIT', 0, 200)) do
    call('ZADD', key, text(latest), one)
  end
end

local fields_max, spans_max, units_max = 50000, 20000, 1000000000
local function whole(number) return number and number == math.floor(number) end

local function span_fits(first, last, most)
  return whole(first) and whole(last) and first >= 0 and last <= 2 ^ 52 and last - first >= -1 and last - first <= most
end
local function widths() return { [fields.requests] = limits.hour_ms / ${bucketsPerWindow}, [fields.points] = limits.minute_ms / ${bucketsPerWindow} } end

local function window_fits(name, width)
  local sum, first, last = unpack(call('HMGET', budget, name .. '_sum', name .. '_first', name .. '_last'))
  if not first and not last and not sum then return true end
  sum, first, last = finite(sum), finite(first), finite(last)
  local ahead = math.ceil((latest_turn - now) / width) + 2
  local here = math.floor(now / width)
  return sum and sum >= 0 and span_fits(first, last, ${bucketsPerWindow} + 2 + 2 * ahead + spans_max) and last <= here + ahead
end

local function is_damaged()
  local oldest, count = unpack(call('HMGET', budget, 'oldest', 'writes'))
  if oldest or count then
    oldest, count = finite(oldest or '1'), finite(count or '0')
    if not span_fits(oldest, count, spans_max) or call('HEXISTS', budget, fields.write .. text(count + 1)) == 1 then return true end
  end
  for name, width in pairs(widths()) do
    if not window_fits(name, width) then return true end
  end
  return false
end

-- Counts anew from what can still be read, and is silent for a minute for the sake of what cannot.
local function mend()
  if call('HLEN', budget) > fields_max then
    -- Ended rather than deleted: its user may not delete.
    call('PEXPIRE', budget, 0)
    set(fields.pausedUntil, now + real_hour)
    return
  end
  local times, sums = {}, {}
  local all = call('HGETALL', budget)
  for i = 1, #all, 2 do
    local field, value = all[i], finite(all[i + 1])
    if string.find(field, '^' .. fields.write .. '%d+$') then
      call('HDEL', budget, field)
      times[#times + 1] = math.min(value or latest_turn, latest_turn)
    end
    for name, width in pairs(widths()) do
      local _, _, at = string.find(field, '^' .. name .. ':(.*)$')
      if at then
        call('HDEL', budget, field)
        at = finite(at)
        local newest = math.floor(latest_turn / width)
        local first = math.floor((now - ${bucketsPerWindow} * width) / width) - 1
        if not at or at > newest then at = newest end
        if at >= first and value ~= 0 then
          sums[name] = sums[name] or {}
          local units = value and value > 0 and math.min(math.floor(value), units_max) or units_max
          sums[name][math.floor(at)] = math.min((sums[name][math.floor(at)] or 0) + units, units_max)
        end
      end
    end
  end
  table.sort(times)
  for i, at in ipairs(times) do set(fields.write .. text(i), at) end
  set('oldest', 1)
  set('writes', #times)
  for name in pairs(widths()) do
    call('HDEL', budget, name .. '_sum', name .. '_first', name .. '_last')
    local sum, first, last = 0, nil, nil
    for at, units in pairs(sums[name] or {}) do
      set(name .. ':' .. text(at), units)
      sum, first, last = sum + units, math.min(first or at, at), math.max(last or at, at)
    end
    if first then
      set(name .. '_sum', sum)
      set(name .. '_first', first)
      set(name .. '_last', last)
    end
  end
  set(fields.pausedUntil, math.max(get(fields.pausedUntil) or 0, now + limits.minute_ms))
end
`;
