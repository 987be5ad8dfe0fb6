import type { GateFacts, GateRules } from '../../gate/context.js';
import { type Case, rulesFor, sharedAuthority } from '../gate-fixture.js';

/** What a gate is asked after one thing was changed: of the presentation, of what is known, or of the gate itself. */
export interface Asked {
  readonly facts: GateFacts;
  readonly rules: GateRules;
}

/** One change of a case that passes; undefined where it happened to change nothing. */
export interface Mutation {
  /** Receipt, operation, run, time or key. */
  readonly of: 'receipt' | 'operation' | 'run' | 'time' | 'key';
  apply(one: Case): Asked | undefined;
}

/** Those under which every case passes. */
export const gateRules = rulesFor(sharedAuthority);

export const iso = (ms: number): string => new Date(ms).toISOString();
