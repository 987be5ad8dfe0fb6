import { claimsOf } from '../forging.js';
import { presentation, presenting } from '../presenting.js';
import type { Scenario } from '../scenario.js';

export const advisoryUsed: Scenario = {
  id: 'A9',
  name: 'advisory receipt used to execute',
  severity: 'high',
  stoppedBy: 'enforceable',
  steps: [
    'take the advisory of a dry run, correctly signed by federation',
    'present it as it is; marked as enforceable; with its signature in place of a receipt’s; and a genuine receipt marked as advisory',
    'check 2, 3 or 4 refuses each',
  ],
  attempts: (stage) => {
    const { advisory } = stage.dryRun;
    const { receipt } = stage.waiting;
    return [
      presenting('as it is', 'enforceable', presentation(stage, advisory)),
      presenting(
        'marked as enforceable',
        'presence',
        presentation(stage, { ...advisory, enforceable: true }),
      ),
      presenting(
        'its signature on a receipt’s claims',
        'signatures',
        presentation(stage, {
          ...claimsOf(receipt),
          signatures: { ...receipt.signatures, ed25519: advisory.signatures.ed25519 },
        }),
      ),
      presenting(
        'a genuine receipt marked as not enforceable',
        'enforceable',
        presentation(stage, { ...receipt, enforceable: false }),
      ),
    ];
  },
};
