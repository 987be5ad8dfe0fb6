import type { EffectResult } from '@marketops/contracts';

/**
 * What a look-up found. `done`: the effect is there and equals what was authorized. `unfinished`: an earlier attempt of
 * ours left part of it, nothing public yet. `nothing`: no trace. What contradicts the authorization is thrown as a conflict
 * instead: there is nothing to be done about it here.
 */
export type Sighting<Unfinished = unknown> =
  | { readonly seen: 'done'; readonly result: EffectResult }
  | { readonly seen: 'unfinished'; readonly left: Unfinished }
  | { readonly seen: 'nothing' };

/** How an executor finds what it did: `exact` (at most one effect, always) or `none` (never acts twice; see design, 6). */
export type LookupKind = 'exact' | 'none';
