import { presentation, presenting } from '../presenting.js';
import type { Scenario } from '../scenario.js';

export const runOfAnother: Scenario = {
  id: 'A4',
  name: 'receipt of one run used in another',
  severity: 'high',
  stoppedBy: 'run_id binding',
  steps: [
    'take the receipt of another run, for an operation of the same name and kind: unused, and used',
    'present it for the waiting run',
    'check 6 refuses each',
  ],
  attempts: (stage) => [
    presenting('an unused receipt of another run', 'run_binding', presentation(stage, stage.other.receipt)),
    presenting('a used receipt of another run', 'run_binding', presentation(stage, stage.spent.receipt)),
  ],
};
