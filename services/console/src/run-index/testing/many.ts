import type { TestJournal } from './journal.js';
import { type Ending, endings, tell } from './stories.js';

/** Few tenants, principals and repositories among many runs, as an organisation has them; most runs ship. */
const endingOf = (number: number): Ending =>
  number % 20 < 14 ? 'completed' : (endings[(number * 7) % endings.length] ?? 'completed');

export const manyStory = (number: number, runs: number) => ({
  ...{ number, ending: endingOf(number), tenantId: `tenant-${number % 40}`, principal: `ci-${number % 15}` },
  repository: `acme/widgets-${number % 500}`,
  // A year of them.
  time: new Date(Date.parse('2025-03-01T00:00:00.000Z') + (number / runs) * 365 * 86_400_000).toISOString(),
});

/** A journal of so many runs, in batches as a busy ledger commits them. */
export function tellMany(journal: TestJournal, runs: number): void {
  const runsPerBatch = 50;
  for (let number = 0; number < runs; number += 1) {
    const story = manyStory(number, runs);
    tell(journal, story);
    if (number % runsPerBatch !== runsPerBatch - 1 && number !== runs - 1) continue;
    journal.commit(story.time);
    journal.forgetStreams();
  }
}
