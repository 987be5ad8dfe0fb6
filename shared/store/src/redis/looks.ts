import type { Redis } from 'ioredis';
import { createBatcher } from './batcher.js';
import { inChunks } from './chunks.js';
import { lookScript, runScript } from './scripts.js';

/** One small read, or the deletion of one field. What it is answered with is what the command of its kind answers. */
interface LookRequest {
  readonly what: 'tail' | 'hash' | 'get' | 'drop';
  readonly key: string;
  /** `drop`: the field. */
  readonly parameter?: string;
}

/** The answers stand in the order of the requests. */
export type Look = (requests: readonly LookRequest[]) => Promise<readonly unknown[]>;

/** More in one call would keep Redis from everybody else, and make the first wait for the last. */
const looksPerScriptMax = 256;

/** Batches looks: what is asked for while a batch is under way is one command when it returns. */
export function openLooks(redis: Redis): Look {
  const batcher = createBatcher<readonly LookRequest[], readonly unknown[]>(
    (batch) => lookAll(redis, batch),
    looksPerScriptMax,
    (requests) => requests.length,
  );
  return async (requests) => {
    const answers = await inChunks(requests, looksPerScriptMax, batcher.add);
    // A key of the wrong type fails only who asks for it.
    for (const answer of answers) if (answer instanceof Error) throw answer;
    return answers;
  };
}

/**
 * One command for the batch, and each thing looked at in it once, whoever asks: the control key of `system` is asked for with
 * every authorization and at every gate. An answer is never older than the question: the batch goes out after the last.
 */
async function lookAll(redis: Redis, batch: readonly (readonly LookRequest[])[]): Promise<unknown[][]> {
  const scriptKeys: string[] = [];
  const args: string[] = [];
  const places = new Map<string, number>();
  const at = batch.map((requests) =>
    requests.map(({ what, key, parameter = '' }) => {
      const name = `${what} ${parameter} ${key}`;
      const known = places.get(name);
      if (known !== undefined) return known;
      const place = scriptKeys.length;
      places.set(name, place);
      scriptKeys.push(key);
      args.push(what, parameter);
      return place;
    }),
  );
  const answers = (await runScript(redis, lookScript, scriptKeys, args)) as readonly unknown[];
  if (answers.length !== scriptKeys.length)
    throw new RangeError('the store answered another number of calls');
  return at.map((places) => places.map((place) => answers[place]));
}
