import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerFreezes(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'freezes',
    summary: 'what is frozen, by whom, since when and why',
    description: [
      'Lists frozen scopes by the signed events and by the control keys. Either source keeps a scope from starting; where they',
      'differ, it says so and ends with exit code 1. Orders to unfreeze that do not count are listed too.',
    ].join(' '),
    examples: [
      ['marketops freezes', 'what is frozen'],
      ["marketops freezes --json | jq -r '.freezes[].scope'", 'the scopes'],
    ],
    exits: ['failed', 'usage', 'unreachable'],
    run: async (invocation) => (await import('../actions/freezes.js')).freezes(invocation),
  });
}
