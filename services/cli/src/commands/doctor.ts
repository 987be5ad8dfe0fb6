import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerDoctor(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'doctor',
    summary: 'what is well and what is not, with what to do',
    description: [
      'Looks at the configuration, the keyring, the keys’ permissions and changes of keys that were not finished; Redis',
      '(reachable, durable, its clock), the partitions’ control keys, what is frozen, queues and outbox; drift that is known of;',
      'ledger, services and disk; and asks GitHub about the credentials it is given. What it could not look at is `skipped`,',
      'never `ok`. Changes nothing.',
    ].join(' '),
    examples: [
      ['marketops doctor', 'everything at a glance'],
      [
        'marketops doctor --json | jq \'.findings[] | select(.verdict == "warn" or .verdict == "fail")\'',
        'what wants attention',
      ],
    ],
    exits: ['failed', 'usage', 'unreachable'],
    run: async (invocation) => (await import('../actions/doctor.js')).doctor(invocation),
  });
}
