import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerDoctor(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'doctor',
    summary: 'what is well and what is not, with what to do',
    description: [
      'Looks at the configuration, the keys’ permissions, Redis (reachable, durable, its clock), the partitions’ control',
      'keys, queues, outbox, ledger, services and disk. Changes nothing.',
    ].join(' '),
    examples: [
      ['marketops doctor', 'everything at a glance'],
      ['marketops doctor --json | jq \'.findings[] | select(.verdict != "ok")\'', 'what wants attention'],
    ],
    exits: ['failed', 'usage', 'unreachable'],
    run: async (invocation) => (await import('../actions/doctor.js')).doctor(invocation),
  });
}
