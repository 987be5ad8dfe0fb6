import { PassThrough } from 'node:stream';
import { findRedisServer } from '@marketops/local';
import { expect, it } from 'vitest';
import { told } from '../errors.js';
import { createOutput } from '../output.js';
import { jsonInvocation } from '../testing/invocation.js';
import { isAlive, type JsonLine, jsonLines } from '../testing/json-lines.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { dev } from './dev.js';
import { init } from './init.js';

const unless = await findRedisServer().then(
  () => '',
  (fault: unknown) => ` (skipped: ${String(fault)})`,
);
const folder = temporaryFolders();

it.skipIf(unless !== '')(
  `marketops dev, given its Redis keeps ending, then it gives up loudly: stops the rest, says why and where to look${unless}`,
  async () => {
    const cwd = folder();
    expect(await init(jsonInvocation(cwd).invocation, [], {})).toBe(0);
    const stdout = new PassThrough();
    const lines = jsonLines(stdout);
    const output = createOutput({ json: true, stdout, env: {} });
    const { invocation } = jsonInvocation(cwd);
    const redisPatience = { firstDelayMs: 5, steadyMs: 600_000, endsMax: 3 };
    const ended = dev({ ...invocation, output }, [], {}, { redisPatience }).catch((fault: unknown) => fault);
    const ready = await lines.until((line) => line['ready'] === true);
    let pid = Number(ready['redis_pid']);
    for (let ends = 1; ends < redisPatience.endsMax; ends += 1) {
      const gone = pid;
      process.kill(gone, 'SIGKILL');
      const isNext = (line: JsonLine) =>
        line['name'] === 'redis' && line['state'] === 'running' && line['pid'] !== gone;
      pid = Number((await lines.until((line) => isNext(line) && isAlive(Number(line['pid']))))['pid']);
    }
    process.kill(pid, 'SIGKILL');
    expect(told(await ended)).toMatchObject({
      code: 'redis_lost',
      message: expect.stringContaining('ended 3 times in a row'),
      next: expect.stringContaining('redis/redis.log'),
    });
    expect(lines.all.find((line) => line['name'] === 'redis' && line['state'] === 'down')).toMatchObject({
      reason: 'it ended with SIGKILL',
    });
    const pids = [...Object.values(ready['pids'] as Record<string, number>), pid];
    expect(pids.filter(isAlive)).toEqual([]);
  },
  120_000,
);
