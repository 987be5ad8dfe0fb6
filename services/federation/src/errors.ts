import { Fault } from '@marketops/contracts';

/** Federation was asked for what it does not do. */
export class FederationError extends Fault<'order_refused' | 'plan_missing' | 'receipt_unreadable'> {}
