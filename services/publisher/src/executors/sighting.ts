import type { EffectResult } from '@marketops/contracts';
import { PublisherError } from '../errors.js';

/**
 * What a look-up found. `done`: the effect is there and equals what was authorized. `unfinished`: an earlier attempt of
 * ours left part of it. `nothing`: no trace. What contradicts the authorization is thrown as a conflict instead: there is
 * nothing to be done about it here.
 */
export type Sighting<Unfinished = unknown> =
  | { readonly seen: 'done'; readonly result: EffectResult }
  | {
      readonly seen: 'unfinished';
      readonly left: Unfinished;
      /** What is there and what it lacks, as a sentence for people. */
      readonly shown: string;
      readonly archived: boolean;
    }
  | {
      readonly seen: 'nothing';
      /** Whether the repository takes no writes: asked before the first one, and no matter to who only looks. */
      readonly archived: boolean;
    };

/** GitHub refuses to make it because it is there, and its lists do not show it yet. */
export const notShown = (what: string, cause: unknown): PublisherError =>
  new PublisherError('verification_failed', `GitHub says that ${what} is there, and does not show it yet.`, {
    retry: 'transient',
    cause,
  });
