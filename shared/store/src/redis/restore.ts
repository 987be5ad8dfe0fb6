import type { Redis } from 'ioredis';
import type { Restoration, RestoreOutcome } from '../port.js';
import { keys } from './keys.js';
import { runScript, type Script, script } from './scripts.js';

/**
 * Restore. For each restoration all checks stand before its first write, because Redis does not roll a script back: the
 * partition is closed by this very term, so that nobody appends meanwhile, and each stream ends where it is said to.
 *
 * KEYS, per restoration: control, deadlines if it sets one, then per stream: the stream, its acknowledgement.
 * ARGV, per restoration: number of streams, term, run id or ''; with a run id: the deadline or '' (ended); then per stream:
 *       the seq to keep or '' (none), number of segments, the ledger's word or ''; then per segment: last seq, value.
 * Answers, per restoration: 1 where it stands, 0 where the partition is not closed so, -1 where a stream has moved.
 */
const restoreScript: Script = script(`
local call, KEYS, ARGV = redis.call, KEYS, ARGV

-- Reads on to the next restoration; writes only where it is told to. Answers where that begins, and what is in the way.
local function pass(key, arg, write)
  local streams, run = tonumber(ARGV[arg]), ARGV[arg + 2]
  local at_key, at_arg = key + 1, arg + 3
  local fault = 1
  if run ~= '' then
    if write then
      if ARGV[at_arg] ~= '' then call('ZADD', KEYS[at_key], ARGV[at_arg], run)
      else call('ZREM', KEYS[at_key], run) end
    end
    at_key, at_arg = at_key + 1, at_arg + 1
  end
  for i = 1, streams do
    local keep, segments, word = ARGV[at_arg], tonumber(ARGV[at_arg + 1]), ARGV[at_arg + 2]
    if keep ~= '' and not write then
      local last = '0'
      local tail = call('XREVRANGE', KEYS[at_key], '+', '-', 'COUNT', 1)
      if tail[1] then last = string.match(tail[1][1], '^(%d+)') end
      if last ~= keep then fault = -1 end
    end
    if write then
      if keep == '' then call('DEL', KEYS[at_key]) end
      for j = 0, segments - 1 do
        call('XADD', KEYS[at_key], ARGV[at_arg + 3 + j * 2] .. '-0', 'v', ARGV[at_arg + 4 + j * 2])
      end
      if word ~= '' then call('SET', KEYS[at_key + 1], word) end
    end
    at_key, at_arg = at_key + 2, at_arg + 3 + segments * 2
  end
  return at_key, at_arg, fault
end

local key, arg = 1, 1
local results = {}
while arg <= #ARGV do
  local control = call('HMGET', KEYS[key], 'state', 'term')
  local next_key, next_arg, result = pass(key, arg, false)
  if control[1] ~= 'closed' or control[2] ~= ARGV[arg + 1] then result = 0 end
  -- A stream whose own idea of its last id is beyond its last entry takes nothing: it is to be replaced.
  if result == 1 and not pcall(pass, key, arg, true) then result = -1 end
  results[#results + 1] = result
  key, arg = next_key, next_arg
end
return results
`);

/** KEYS: control, outbox. ARGV: term, then ids. */
const dropScript: Script = script(`
local control = redis.call('HMGET', KEYS[1], 'state', 'term')
if control[1] ~= 'closed' or control[2] ~= ARGV[1] then return 0 end
for i = 2, #ARGV do redis.call('XDEL', KEYS[2], ARGV[i]) end
return 1
`);

/** Larger batches would keep Redis from everybody else for milliseconds; one restoration may be larger alone. */
const batchCharsMax = 524_288;
const restorationsPerScriptMax = 128;
const idsPerScriptMax = 1_000;

/** Several script calls are under way at once; Redis answers them in order. */
export async function restoreAll(
  redis: Redis,
  restorations: readonly Restoration[],
): Promise<RestoreOutcome[]> {
  const batches: Promise<RestoreOutcome[]>[] = [];
  for (let from = 0; from < restorations.length; ) {
    const batch = restorations.slice(from, from + batchSize(restorations, from));
    from += batch.length;
    batches.push(restoreBatch(redis, batch));
  }
  return (await Promise.all(batches)).flat();
}

function batchSize(restorations: readonly Restoration[], from: number): number {
  let size = 0;
  for (let chars = 0; size < restorationsPerScriptMax && from + size < restorations.length; size += 1) {
    for (const { segments } of restorations[from + size]?.streams ?? [])
      for (const { value } of segments) chars += value.length;
    if (chars > batchCharsMax && size > 0) break;
  }
  return size;
}

async function restoreBatch(redis: Redis, batch: readonly Restoration[]): Promise<RestoreOutcome[]> {
  const scriptKeys: string[] = [];
  const args: string[] = [];
  for (const { partition, term, streams, deadline } of batch) {
    scriptKeys.push(keys.control(partition));
    args.push(String(streams.length), String(term), deadline?.runId ?? '');
    if (deadline !== undefined) {
      scriptKeys.push(keys.deadlines(partition));
      args.push(String(deadline.atMs ?? ''));
    }
    for (const { stream, afterSeq, segments, word } of streams) {
      scriptKeys.push(keys.stream(partition, stream), keys.acknowledgement(partition, stream));
      args.push(afterSeq === null ? '' : String(afterSeq), String(segments.length), word ?? '');
      for (const { lastSeq, value } of segments) args.push(String(lastSeq), value);
    }
  }
  const replies = (await runScript(redis, restoreScript, scriptKeys, args)) as readonly number[];
  if (replies.length !== batch.length) throw new RangeError('the store answered another number of calls');
  return replies.map((reply) => (reply === 1 ? 'restored' : reply === 0 ? 'not_closed' : 'moved'));
}

export async function dropFromOutbox(
  redis: Redis,
  partition: number,
  { term, ids }: { readonly term: number; readonly ids: readonly string[] },
): Promise<boolean> {
  // Asked once where there is none, too: whether the partition is closed is the answer.
  for (let from = 0; from === 0 || from < ids.length; from += idsPerScriptMax) {
    const args = [String(term), ...ids.slice(from, from + idsPerScriptMax)];
    const dropped = await runScript(
      redis,
      dropScript,
      [keys.control(partition), keys.outbox(partition)],
      args,
    );
    if (dropped !== 1) return false;
  }
  return true;
}
