import type { Scenario } from '../scenario.js';
import { advisoryUsed } from './advisory-used.js';
import { bypassedPolicy } from './bypassed-policy.js';
import { editedTrail } from './edited-trail.js';
import { forgedReceipt } from './forged-receipt.js';
import { kindOfAnother } from './kind-of-another.js';
import { noReceipt } from './no-receipt.js';
import { otherMode } from './other-mode.js';
import { outOfTime } from './out-of-time.js';
import { receiptTwice } from './receipt-twice.js';
import { runOfAnother } from './run-of-another.js';

/** The attacks that every version must withstand, A1 to A10. */
export const scenarios: readonly Scenario[] = [
  forgedReceipt,
  receiptTwice,
  kindOfAnother,
  runOfAnother,
  outOfTime,
  noReceipt,
  otherMode,
  editedTrail,
  advisoryUsed,
  bypassedPolicy,
];
