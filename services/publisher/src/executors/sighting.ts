import type { EffectResult } from '@marketops/contracts';

/**
 * What a look-up found. `done`: the effect is there and equals what was authorized. `unfinished`: an earlier attempt of
 * ours left part of it, nothing public yet. `nothing`: no trace. What contradicts the authorization is thrown as a conflict
 * instead: there is nothing to be done about it here.
 *
 * Every look-up here is exact: what an executor did is found again, whatever became of the answer. An unanswered act may be
 * tried again for that reason alone (law X2). An executor for a provider that cannot be asked has no such look-up, and
 * an unanswered act of its kind would have to end as uncertain.
 */
export type Sighting<Unfinished = unknown> =
  | { readonly seen: 'done'; readonly result: EffectResult }
  | { readonly seen: 'unfinished'; readonly left: Unfinished }
  | { readonly seen: 'nothing' };
