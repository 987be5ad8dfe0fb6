import { Option } from 'commander';
import { secondsOption } from './options.js';

/** Of commands that attach what they make: as of `submit`. */
export const attachOptions = (): Option[] => [
  new Option('--mode <mode>', 'with --attach: prod or dry_run (default: a dry run)'),
  new Option('--wait', 'with --attach: show its progress, and end when the run has ended'),
  secondsOption('--timeout <seconds>', 'how long --wait waits', 300),
  new Option('--principal <id>', 'who asks, and below whose artifacts_root the file is laid').default(
    'local',
  ),
  new Option('--idempotency-key <key>', 'of the plan (default: a new one)'),
];
