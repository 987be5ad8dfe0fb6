import { accountLua } from './account.js';

/**
 * One operation of an account: may it begin? Start-time fair queueing over the tenants of the account: every operation that waits has a tag,
 * its tenant's last one and what that cost, or the present tag where the tenant had none waiting; the lowest tag goes first.
 * So every tenant that wants something gets the same, whatever the others want, and what one does not want is the others'.
 *
 * Answers `go`; `wait` and when to ask again; `elsewhere` where another job of the queue waits for the same operation;
 * `restore`.
 */
export const enterLua = `${accountLua}
local waiter = ask.waiter
local shut, why = closed_for(ask.requests)
call('ZREMRANGEBYSCORE', running, '-inf', text(now))
ends_by(due, now + ask.delay_ms_max + ask.grace_ms)
for _, gone in ipairs(call('ZRANGEBYSCORE', due, '-inf', text(now), 'LIMIT', 0, 200)) do forget(gone) end
for _, one in ipairs(call('HKEYS', promised)) do
  if not call('ZSCORE', running, one) then call('HDEL', promised, one) end
end

local function begin()
  forget(waiter)
  call('ZADD', running, text(now + ask.keeps_ms), waiter)
  call('HSET', promised, waiter, text(ask.writes))
  return ended('go', 0)
end

-- What has begun already goes on before anything else begins.
if ask.resumes or call('ZSCORE', running, waiter) then
  if shut > ask.wait_ms_max then return ended('wait', shut, why) end
  return begin()
end

local job = call('HGET', jobs, waiter)
if job and job ~= ask.job then
  if string.match(job, '^%S+') == string.match(ask.job, '^%S+') then return ended('elsewhere', 0) end
  call('HSET', jobs, waiter, ask.job)
end

-- A full line is closed to whoever has made it long: a tenant with few in it always enters. Who has many has them at its end.
local function line_is_full()
  local length = call('ZCARD', waiting)
  if length < ask.waiting_max then return false end
  local beginning, mine = ask.tenant .. '|', 0
  for at = 0, length - 1, 500 do
    for _, one in ipairs(call('ZREVRANGE', waiting, at, at + 499)) do
      if string.sub(one, 1, #beginning) == beginning then mine = mine + 1 end
      if mine >= ask.waiting_each then return true end
    end
  end
  return false
end

local tag = call('ZSCORE', waiting, waiter)
if not tag then
  if line_is_full() then return ended('wait', ask.delay_ms_max, 'fairness') end
  local present = get('tag') or 0
  if call('HLEN', tenants) > 1000 then
    for _, tenant in ipairs(call('HKEYS', tenants)) do
      if (finite(call('HGET', tenants, tenant)) or 0) <= present then call('HDEL', tenants, tenant) end
    end
  end
  tag = math.max(present, finite(call('HGET', tenants, ask.tenant)) or 0)
  call('HSET', tenants, ask.tenant, text(tag + ask.writes))
  call('ZADD', waiting, text(tag), waiter)
  call('HSET', jobs, waiter, ask.job)
end

-- What waits first for room that the hour has not got must not be overtaken by what needs less of it, again and again.
local rank = call('ZRANK', waiting, waiter)
local first = call('HGET', budget, 'first_in_line')
local first_rank = first and call('ZRANK', waiting, first)
if first and not first_rank then call('HDEL', budget, 'first_in_line') end

-- Nothing begins that the hour has no room to end, unless it is more than an hour's worth by itself.
local owed = 0
for _, writes in ipairs(call('HVALS', promised)) do
  owed = owed + math.max(0, math.min(finite(writes) or limits.writes_per_hour, limits.writes_per_hour))
end
local further = owed
if owed + ask.writes <= limits.writes_per_hour then further = owed + math.max(0, ask.writes - 1) end
local turn, reason = write_wait(further)
if reason == 'writes_per_hour' or turn > ask.wait_ms_max then
  if turn > shut then shut, why = turn, reason end
  if not first_rank or rank < first_rank then call('HSET', budget, 'first_in_line', waiter) end
end

local free = limits.executions - call('ZCARD', running)
local interval = get('interval') or limits.spacing_ms
if rank < free and shut <= ask.wait_ms_max and not (first_rank and first_rank < rank) then
  -- How fast they begin while some wait, for telling the others when to ask again.
  local gap = now - (get('began') or now)
  if gap > 0 and call('ZCARD', waiting) > 1 then
    local pace = interval * 0.8 + math.min(gap, interval * 3) * 0.2
    set('interval', math.max(limits.spacing_ms, math.min(pace, limits.minute_ms)))
  end
  set('began', now)
  set('tag', math.max(get('tag') or 0, finite(tag) or 0))
  return begin()
end

local position = math.max(1, rank - free + 1)
local expected = math.max(shut, 0) + position * interval * 0.9
local delay = math.max(ask.delay_ms_min, math.min(expected, ask.delay_ms_max))
call('ZADD', due, text(now + delay + ask.grace_ms), waiter)
return ended('wait', delay, shut > ask.wait_ms_max and why or 'fairness')
`;
