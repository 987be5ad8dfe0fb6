import { type EffectResult, Fault, type Operation } from '@marketops/contracts';
import type { GitHubReads } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { Executors } from '../executors/executor.js';
import { lookUpEffect, lookupOf } from '../side-effects.js';

/** What a look-up for an order to reconcile came to. */
export type LookUpResult =
  /** It is there, and equals what was authorized. */
  | { readonly found: 'effect'; readonly result: EffectResult }
  /** It is not; `shown` says what is there instead, such as a draft. */
  | { readonly found: 'absent'; readonly shown: string | undefined }
  /** Something is there that contradicts the authorization: the look-up alone cannot say what it is. */
  | { readonly found: 'conflict'; readonly fault: Fault }
  /** It could not be made, and trying again would not help. */
  | { readonly found: 'unasked'; readonly fault: Fault };

const cannotBeAsked = (kind: Operation['kind']): Fault =>
  new PublisherError('reconcile_refused', `What became of a ${kind} cannot be asked of its provider.`);

/**
 * The executor's own look-up, by reads alone.
 * @throws what is worth another attempt: transient faults, holds, limits
 */
export async function findEffect(
  reads: () => GitHubReads,
  operation: Operation,
  marker: string,
  executors: Executors,
): Promise<LookUpResult> {
  if (lookupOf(operation, executors) === 'none')
    return { found: 'unasked', fault: cannotBeAsked(operation.kind) };
  try {
    const sighting = await lookUpEffect(reads(), operation, marker, executors);
    if (sighting.seen === 'done') return { found: 'effect', result: sighting.result };
    return { found: 'absent', shown: sighting.seen === 'unfinished' ? sighting.shown : undefined };
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.retry !== 'terminal') throw fault;
    // The repository it was for cannot be looked into under this name any more: that says nothing about the effect.
    const isConflict = fault instanceof PublisherError && fault.code !== 'repository_changed';
    return { found: isConflict ? 'conflict' : 'unasked', fault };
  }
}
