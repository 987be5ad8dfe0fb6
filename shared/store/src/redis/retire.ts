import type { Redis } from 'ioredis';
import type { Retirement, RetireOutcome } from '../port.js';
import { keys } from './keys.js';
import { runScript, type Script, script } from './scripts.js';

/**
 * Retire. For each run all checks stand before its first write, because Redis does not roll a script back: the control key
 * has this very term and is open, and each stream ends where it is said to, so that nothing has been appended since.
 *
 * KEYS, per run: control, deadlines, tombstone, then per stream: the stream, its acknowledgement.
 * ARGV, per run: number of streams, term, '1' where a closed partition will do, run id, the tombstone or '' (none), its lifetime
 *       in milliseconds; then per stream: its last seq or '' (any).
 * Answers, per run: 1 where it is out, 0 where the partition is not this term's or not open, -1 where a stream has moved.
 */
const retireScript: Script = script(`
local call, KEYS, ARGV = redis.call, KEYS, ARGV

local function retire(key, arg, streams)
  local control = call('HMGET', KEYS[key], 'state', 'term')
  if control[2] ~= ARGV[arg + 1] then return 0 end
  if control[1] ~= 'open' and not (control[1] == 'closed' and ARGV[arg + 2] == '1') then return 0 end
  for i = 1, streams do
    local expected = ARGV[arg + 5 + i]
    if expected ~= '' then
      local last = '0'
      local tail = call('XREVRANGE', KEYS[key + 1 + i * 2], '+', '-', 'COUNT', 1)
      if tail[1] then last = string.match(tail[1][1], '^(%d+)') end
      if last ~= expected then return -1 end
    end
  end
  if ARGV[arg + 4] ~= '' then call('SET', KEYS[key + 2], ARGV[arg + 4], 'PX', ARGV[arg + 5])
  else call('DEL', KEYS[key + 2]) end
  for i = 1, streams do
    call('DEL', KEYS[key + 1 + i * 2])
    -- Nobody but an operator may delete a word of the ledger; it may say another one, and this one says nothing and passes.
    if call('GET', KEYS[key + 2 + i * 2]) then call('SET', KEYS[key + 2 + i * 2], '', 'PX', 1) end
  end
  call('ZREM', KEYS[key + 1], ARGV[arg + 3])
  return 1
end

local key, arg = 1, 1
local results = {}
while arg <= #ARGV do
  local streams = tonumber(ARGV[arg])
  -- A key of the wrong type is somebody's junk: only its own run stays.
  local done, result = pcall(retire, key, arg, streams)
  results[#results + 1] = done and result or -1
  key, arg = key + 3 + streams * 2, arg + 6 + streams
end
return results
`);

/** Larger batches would keep Redis from everybody else for milliseconds; one run may have more streams alone. */
const streamsPerScriptMax = 64;

/** Several script calls are under way at once; Redis answers them in order. */
export async function retireAll(redis: Redis, retirements: readonly Retirement[]): Promise<RetireOutcome[]> {
  const batches: Promise<RetireOutcome[]>[] = [];
  for (let from = 0; from < retirements.length; ) {
    const batch = retirements.slice(from, from + batchSize(retirements, from));
    from += batch.length;
    batches.push(retireBatch(redis, batch));
  }
  return (await Promise.all(batches)).flat();
}

function batchSize(retirements: readonly Retirement[], from: number): number {
  let size = 0;
  for (let streams = 0; from + size < retirements.length; size += 1) {
    streams += retirements[from + size]?.streams.length ?? 0;
    if (streams > streamsPerScriptMax && size > 0) break;
  }
  return size;
}

async function retireBatch(redis: Redis, batch: readonly Retirement[]): Promise<RetireOutcome[]> {
  const scriptKeys: string[] = [];
  const args: string[] = [];
  for (const { runId, partition, term, streams, tombstone, whileClosed } of batch) {
    scriptKeys.push(keys.control(partition), keys.deadlines(partition), keys.tombstone(partition, runId));
    args.push(String(streams.length), String(term), whileClosed ? '1' : '', runId);
    args.push(tombstone?.value ?? '', String(Math.ceil(tombstone?.ttlMs ?? 0)));
    for (const { stream, lastSeq } of streams) {
      scriptKeys.push(keys.stream(partition, stream), keys.acknowledgement(partition, stream));
      args.push(lastSeq === null ? '' : String(lastSeq));
    }
  }
  const replies = (await runScript(redis, retireScript, scriptKeys, args)) as readonly number[];
  if (replies.length !== batch.length) throw new RangeError('the store answered another number of calls');
  return replies.map((reply) => (reply === 1 ? 'retired' : reply === 0 ? 'not_open' : 'moved'));
}
