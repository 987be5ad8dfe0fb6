import { accountLua } from './account.js';

/**
 * One request of an account: its turn is taken here, before it is made, or nothing is taken. With `only_told` nothing is asked
 * for; the question only brings what has become of earlier ones.
 *
 * Answers `go` and how long until the turn; `wait` and how long until it is worth asking again, and why; `restore`. With `go`, last, when
 * that is by Redis' clock.
 */
export const spendLua = `${accountLua}
if ask.only_told then return ended('go', 0) end

-- A turn that was slept through is given back: those after it move up one, and this one goes to the end of the line.
if ask.missed then
  local i = count
  while i > math.max(oldest, count - 200) and get(fields.write .. text(i)) ~= ask.missed do i = i - 1 end
  if get(fields.write .. text(i)) == ask.missed then
    for each = i, count - 1 do set(fields.write .. text(each), get(fields.write .. text(each + 1))) end
    call('HDEL', budget, fields.write .. text(count))
    count = count - 1
    set('writes', count)
  end
end

local wait, why = closed_for(ask.primary)
local function at_least(other, reason)
  if other > wait then wait, why = other, reason end
end
at_least(points.wait(ask.points), 'points')
if ask.write then at_least(write_wait(0)) end
call('ZREMRANGEBYSCORE', requests, '-inf', text(now))
if wait > ask.wait_ms_max then return ended('wait', wait, why) end
call('ZREM', requests, ask.id)
-- When one of them ends nobody knows: it is worth asking again soon.
if call('ZCARD', requests) >= limits.concurrent then return ended('wait', math.min(limits.minute_ms / 600, 100), 'concurrent') end

local at = now + wait
primary.add(at, ask.primary)
points.add(at, ask.points)
if ask.primary > 0 and get(fields.saidRemaining) then
  set(fields.saidRemaining, math.max(0, get(fields.saidRemaining) - ask.primary))
end
if ask.write then
  count = count + 1
  set(fields.write .. text(count), at)
  set('writes', count)
  set(fields.nextWrite, at + limits.spacing_ms)
  while oldest <= count - limits.writes_per_hour do
    call('HDEL', budget, fields.write .. text(oldest))
    oldest = oldest + 1
  end
  set('oldest', oldest)
end
call('ZADD', requests, text(at + ask.lasts_ms), ask.id)
if ask.waiter then
  call('ZADD', running, 'XX', text(at + ask.keeps_ms), ask.waiter)
  local left = 0
  if ask.write and not ask.missed then left = finite(call('HGET', promised, ask.waiter)) or 0 end
  if left > 0 then call('HSET', promised, ask.waiter, text(left - 1)) end
end
local answer = ended('go', wait, why)
answer[5] = text(at)
return answer
`;
