import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerKeysList(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'keys list',
    summary: 'every key, whose it is, what for, and until when',
    description: [
      'Lists the pinned keyring: services’ keys, approvers’ and issuers’. Below them the secrets that federation and',
      'publisher share, where their folders are on this machine. No private half is shown, nor read but for its id.',
    ].join(' '),
    examples: [['marketops keys list', 'what is valid, and what is about to end?']],
    exits: ['usage'],
    run: async (invocation) => (await import('../actions/keys-list.js')).keysList(invocation),
  });
}
