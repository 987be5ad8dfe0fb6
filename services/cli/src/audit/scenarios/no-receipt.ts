import { presentation, presenting } from '../presenting.js';
import type { Scenario } from '../scenario.js';

export const noReceipt: Scenario = {
  id: 'A6',
  name: 'no receipt',
  severity: 'critical',
  stoppedBy: 'presence',
  steps: [
    'put jobs into the publications queue for an operation that is authorized and waits',
    'without a receipt, with null, with its id alone, with an empty object, with only half of it',
    'check 2 refuses each',
  ],
  attempts: (stage) => {
    const { receipt } = stage.waiting;
    const { signatures: _, ...unsigned } = receipt;
    return [
      presenting('nothing', 'presence', presentation(stage, undefined)),
      presenting('null', 'presence', presentation(stage, null)),
      presenting('its id alone', 'presence', presentation(stage, receipt.receipt_id)),
      presenting('an empty object', 'presence', presentation(stage, {})),
      presenting('a genuine receipt without its signatures', 'presence', presentation(stage, unsigned)),
    ];
  },
};
