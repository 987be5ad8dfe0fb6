import type { Command } from 'commander';
import { addCommand, type Runtime } from '../command.js';

export function registerTimeline(program: Command, runtime: Runtime): void {
  addCommand(program, runtime, {
    usage: 'timeline <run>',
    summary: 'what happened when: plan, authorize, execute, prove',
    description: [
      'Shows a run’s events by phase with times, durations and ledger entries: refusals, holds and retries included.',
      'What refused jobs claimed about the run is marked as unverified: whoever reaches a queue can claim anything.',
    ].join(' '),
    examples: [
      ['marketops timeline run_01h…', 'the run in four phases'],
      ["marketops timeline run_01h… --json | jq '.phases[] | {phase, duration_ms}'", 'how long each took'],
    ],
    exits: ['usage', 'notFound'],
    run: async (invocation, args) => (await import('../actions/timeline.js')).timeline(invocation, args),
  });
}
