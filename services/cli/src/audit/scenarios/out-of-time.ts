import { claimsOf, mintWith } from '../forging.js';
import { presentation, presenting } from '../presenting.js';
import type { Scenario } from '../scenario.js';

const hourMs = 3_600_000;

export const outOfTime: Scenario = {
  id: 'A5',
  name: 'expired or stale receipt',
  severity: 'medium',
  stoppedBy: 'expiry, 24 h staleness',
  steps: [
    'mint, with the private system’s own keys, receipts of another time: expired, 30 hours old, from tomorrow, valid for two days',
    'present each',
    'check 10 or 11 refuses each',
  ],
  attempts: (stage) => {
    const nowMs = Date.now();
    const at = (hours: number) => new Date(nowMs + hours * hourMs).toISOString();
    const minted = (issued: number, until: number) =>
      presentation(
        stage,
        mintWith(
          stage.system.loaded.dataDir,
          claimsOf(stage.waiting.receipt, {
            issued_at: at(issued),
            not_before: at(issued),
            expires_at: at(until),
          }),
        ),
      );
    return [
      presenting('expired an hour ago', 'unexpired', minted(-2, -1)),
      presenting('not valid before tomorrow', 'unexpired', minted(24, 25)),
      presenting('issued 30 hours ago, valid for one more', 'fresh', minted(-30, 1)),
      presenting('valid for two days', 'fresh', minted(-0.1, 48)),
    ];
  },
};
