import { Fault } from '@marketops/contracts';
import { RunRetiredError } from '@marketops/store';
import { ThrottledError } from '../errors.js';
import type { JobOutcome } from './catalogue.js';

/** What becomes of a job whose handler threw this: what the worker does with it, in one word. */
export function outcomeOf(
  fault: unknown,
  { lastAttempt, throttles }: { readonly lastAttempt: boolean; readonly throttles: boolean },
): JobOutcome {
  if (fault instanceof RunRetiredError) return 'retired';
  if (throttles && fault instanceof ThrottledError) return 'throttled';
  if (!(fault instanceof Fault)) return lastAttempt ? 'dead' : 'unexpected';
  if (fault.retry === 'hold') return 'held';
  if (fault.retry === 'terminal') return 'refused';
  return lastAttempt ? 'dead' : 'retried';
}

/** What kind of fault it was, without anything it says. */
export const errorTypeOf = (fault: unknown): string =>
  fault instanceof Fault ? fault.code : fault instanceof Error ? fault.name.slice(0, 60) : typeof fault;
