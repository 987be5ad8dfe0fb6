import type { OrderTrust } from '@marketops/engine';
import type { Carrier } from '../orders/carrier.js';
import type { Operator } from '../orders/operator.js';
import type { Runs } from '../runs/runs.js';
import type { Live } from '../system/live.js';

/** An order about a scope: who gives it, and what brings it to the `system` stream. */
export interface ScopeOrder {
  readonly scope: string;
  readonly operator: Operator;
  readonly carrier: Carrier;
  readonly live: Live;
  readonly runs: Runs;
  /** What orders to unfreeze are looked at with. */
  readonly trust: OrderTrust;
}
