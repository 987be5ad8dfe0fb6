import { setFlagsFromString } from 'node:v8';
import * as wasm from '@cedar-policy/cedar-wasm/nodejs';
import { PolicyError } from './errors.js';

// V8 of Node 20 dies ("unreachable code" in its deoptimizer) when it gives up optimised code into which it had inlined a call
// to WebAssembly: seen after some thousand decisions. Without the inlining a decision costs the same.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

let failed: unknown;

/**
 * The only door to Cedar. What a policy or a question says comes back as an answer or as a plain error. If WebAssembly itself
 * breaks down (a stack that ran over), its memory can no longer be trusted: from then on nothing is asked of it in this
 * process, every later question fails, and what fails is denied.
 * @param ask calls the engine and does nothing else
 * @throws PolicyError `policy_engine_failed`
 */
export function cedar<Answer>(ask: (engine: typeof wasm) => Answer): Answer {
  if (failed === undefined) {
    try {
      return ask(wasm);
    } catch (cause) {
      if (!isBreakdown(cause)) throw cause;
      failed = cause;
    }
  }
  throw new PolicyError('policy_engine_failed', 'the policy engine has failed', [], failed);
}

/** A trap of WebAssembly, or a stack of JavaScript's that ran over within it. */
const isBreakdown = (thrown: unknown): boolean =>
  thrown instanceof Error && ['RuntimeError', 'RangeError'].includes(thrown.name);
