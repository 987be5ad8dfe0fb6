import type { ChainableCommander, Redis } from 'ioredis';
import type { Script } from './scripts.js';

/** One command to be issued on a pipeline. */
type Issue = (pipeline: ChainableCommander) => ChainableCommander;

/**
 * A connection with one pipeline in flight at a time: what is asked for meanwhile goes out together when it returns.
 * An idle line adds no wait; a busy one turns many small writes into few large ones, which is most of what a command
 * costs on both sides.
 */
export interface Line {
  /** The reply of the one command that `issue` adds. */
  command<Reply>(issue: Issue): Promise<Reply>;
  /** Runs a script by its digest. After a Redis restart the script cache is empty: then, and only then, by its text. */
  script(script: Script, call: ScriptCall): Promise<unknown>;
}

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

interface Waiting {
  readonly issue: Issue;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (fault: Error) => void;
}

/** More in one pipeline would make the first wait for the last. */
const pipelineMax = 512;

export function openLine(redis: Redis): Line {
  const queue: Waiting[] = [];
  let busy = false;

  const flush = async (): Promise<void> => {
    const batch = queue.splice(0, pipelineMax);
    const pipeline = redis.pipeline();
    for (const { issue } of batch) issue(pipeline);
    try {
      const replies = (await pipeline.exec()) ?? [];
      batch.forEach(({ resolve, reject }, index) => {
        const [fault, reply] = replies[index] ?? [new Error('the connection was closed'), undefined];
        if (fault === null) resolve(reply);
        else reject(fault);
      });
    } catch (fault) {
      for (const { reject } of batch) reject(fault instanceof Error ? fault : new Error(String(fault)));
    }
  };

  const run = async (): Promise<void> => {
    busy = true;
    // Whatever else this turn of the event loop asks for is still in the first pipeline.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await flush();
    busy = false;
  };

  const command: Line['command'] = (issue) =>
    new Promise((resolve, reject) => {
      queue.push({ issue, resolve: resolve as (reply: unknown) => void, reject });
      if (!busy) void run();
    });

  return {
    command,
    async script({ lua, sha1 }, { keys, args }) {
      try {
        return await command((pipeline) => pipeline.evalsha(sha1, keys.length, ...keys, ...args));
      } catch (fault) {
        if (!(fault instanceof Error) || !fault.message.startsWith('NOSCRIPT')) throw fault;
        return command((pipeline) => pipeline.eval(lua, keys.length, ...keys, ...args));
      }
    },
  };
}
