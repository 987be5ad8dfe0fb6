import type { Output } from '../output.js';
import type { ProcessChange } from '../processes/supervised.js';
import type { System } from '../processes/system-options.js';
import { sanitize } from '../sanitize.js';
import { whyThisRedis } from './redis-choice.js';

/** The demo as it is told while it runs. */
export interface Story {
  opening(folder: string): void;
  /** A numbered step. */
  step(title: string): void;
  detail(text: string): void;
  process(change: ProcessChange): void;
  redis(redis: System['redis']): void;
}

export function openStory(output: Output): Story {
  const { paint } = output;
  let steps = 0;
  const detail = (text: string) => output.line(`  ${text}`);
  return {
    opening(folder) {
      output.line(paint.bold('MarketOps demo'));
      output.line(
        'A release is planned, authorized, shipped and proven, all on this machine: GitHub is simulated, and',
      );
      output.line(
        'nothing leaves. Real processes, each with only its own keys; real queues; a real ledger on disk.',
      );
      output.line(paint.dim(folder));
    },
    step(title) {
      steps += 1;
      output.line();
      output.line(paint.bold(paint.cyan(`${steps}  ${title}`)));
    },
    detail,
    process({ name, state, pid, reason }) {
      if (state === 'running')
        detail(`${paint.green('up')}    ${name.padEnd(11)} ${paint.dim(`process ${pid ?? '?'}`)}`);
      if (state === 'waiting' || state === 'down') {
        detail(`${paint.red('down')}  ${name.padEnd(11)} ${sanitize(reason ?? 'it ended')}`);
      }
    },
    redis(redis) {
      detail(`${paint.green('up')}    ${'redis'.padEnd(11)} ${sanitize(redis.describe)}`);
      detail(`      ${''.padEnd(11)} ${paint.dim(`why: ${whyThisRedis(redis)}`)}`);
      if (!redis.durable) {
        detail(
          paint.yellow(
            '      It does not keep its data. That is acceptable for a demo and for nothing else: what the',
          ),
        );
        detail(
          paint.yellow(
            '      ledger has not acknowledged would die with it. prod refuses it unless told otherwise.',
          ),
        );
      }
    },
  };
}
