import type { EffectResult } from './audit.js';
import type { Operation } from './operation.js';
import type { Reason } from './plan.js';

/**
 * The one boundary through which effects leave (laws D2, P7). `Gated` is what the caller must hold to cross it: the
 * null sink takes any operation and only ever answers `blocked`; the live port takes nothing but what the gate made.
 */
export interface SideEffectPort<Gated> {
  perform(gated: Gated): Promise<EffectOutcome>;
}

export type EffectOutcome =
  | { readonly outcome: 'blocked'; readonly reason: Reason }
  | { readonly outcome: 'succeeded'; readonly result: EffectResult };

/** The planner's sink: in its execute stage every operation meets this and stops. */
export const nullSideEffectPort: SideEffectPort<Operation> = {
  perform: () =>
    Promise.resolve({
      outcome: 'blocked',
      reason: {
        code: 'blocked_by_mode',
        message: 'This is a dry run: the effect is planned and shown, and cannot happen.',
        remedy: 'Submit the plan again with mode: prod. A dry run is never promoted.',
      },
    }),
};
