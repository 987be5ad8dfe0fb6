import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerKeysSigned(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'keys signed <key-id>',
    summary: 'everything a key signed, from the journal',
    description: [
      'Walks the journal and verifies it on the way: an actor’s statements with stream, seqs and entries; a mint’s receipts',
      'and what became of each; approvals, orders and evidence; the ledger’s commits. One line for each as it is found,',
      'in bounded memory; with --json one JSON line each, and a last one with the sum.',
    ].join(' '),
    examples: [['marketops keys signed federation-mint-1a2b3c4d', 'what rests on this key?']],
    exits: ['failed', 'usage', 'notFound'],
    run: async (invocation, args) => (await import('../actions/keys-signed.js')).keysSigned(invocation, args),
  });
}
