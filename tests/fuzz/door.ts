import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { FuzzWorld } from './world.js';

/** Somewhere that bytes from outside come in. */
export interface Door {
  readonly name: string;
  /** What is tried, and what must hold. */
  readonly what: string;
  open(world: FuzzWorld): Promise<OpenDoor>;
}

export interface OpenDoor {
  /** @param path where to begin, of an earlier failure: replays it and what it shrank to */
  check(options: { readonly seed: number; readonly ms: number; readonly path?: string }): Promise<DoorResult>;
  /** What must still hold when all was tried. */
  finish?(): Promise<void>;
}

interface DoorResult {
  readonly inputs: number;
  readonly failure?: { readonly path: string; readonly input: string; readonly reason: string };
}

/** What a door must not do; everything else it may refuse as it likes, with a typed fault. */
export class Violation extends Error {}

const shownMax = 4_000;

/**
 * @param tryOne throws a Violation, or whatever the door threw that is no typed fault
 * @param limitMs how long one input may take
 */
export function openDoor<Input>(
  inputs: fc.Arbitrary<Input>,
  tryOne: (input: Input) => void | Promise<void>,
  limitMs = 2_000,
): OpenDoor {
  const within = async (input: Input): Promise<void> => {
    const startedMs = performance.now();
    const late = new AbortController();
    const tried = Promise.resolve(tryOne(input)).finally(() => late.abort());
    const tooLate = delay(limitMs, undefined, { signal: late.signal }).then(
      () => Promise.reject(new Violation(`no answer within ${limitMs} ms`)),
      () => undefined,
    );
    await Promise.race([tried, tooLate.then(() => tried)]);
    const tookMs = performance.now() - startedMs;
    if (tookMs > limitMs) throw new Violation(`it took ${Math.round(tookMs)} ms`);
  };
  return {
    async check({ seed, ms, path }) {
      const details = await fc.check(fc.asyncProperty(inputs, within), {
        seed,
        ...(path === undefined ? {} : { path }),
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: ms,
        markInterruptAsFailure: false,
      });
      if (!details.failed) return { inputs: details.numRuns };
      const [input] = details.counterexample ?? [];
      return {
        inputs: details.numRuns,
        failure: {
          path: details.counterexamplePath ?? '',
          input: fc.stringify(input).slice(0, shownMax),
          reason: String(details.errorInstance).slice(0, shownMax),
        },
      };
    },
  };
}
