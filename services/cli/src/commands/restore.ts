import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerRestore(program: Command, runtime: Runtime): void {
  addCommand<Record<string, never>>(program, runtime, {
    usage: 'restore <folder>',
    summary: 'put a backup in place, and say what comes next',
    description: [
      'Verifies the backup first: its manifest, every blob, the chain from its first entry, the checkpoint. Then puts it where',
      '--config says, the ledger last of all, by one rename: killed before that, nothing has changed. It refuses where a ledger',
      'stands that is newer or another, and leaves a marketops.yml, policies and keys that are there as they are. Stop',
      'everything before.',
    ].join(' '),
    examples: [['marketops restore /media/elsewhere/marketops', 'into this folder']],
    exits: ['failed', 'usage'],
    run: async (invocation, args) => (await import('../actions/restore.js')).restore(invocation, args),
  });
}
