import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openRunIndex, type RunIndexOptions } from '../open.js';
import type { RunIndex } from '../run-index.js';
import type { RunRow } from '../run-row.js';
import { TestJournal } from './journal.js';

export const now = '2026-03-01T12:00:00.000Z';

/** A folder with a journal, and indexes over it that are closed when the test ends. */
export interface World {
  readonly journal: TestJournal;
  readonly folder: string;
  /** @param name of the index's folder: another one is another index of the same journal */
  open(name?: string, more?: Partial<RunIndexOptions>): Promise<RunIndex>;
}

export function world(): World {
  const folder = mkdtempSync(join(tmpdir(), 'marketops-run-index-'));
  const opened: RunIndex[] = [];
  onTestFinished(async () => {
    for (const index of opened) await index.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const journal = new TestJournal(join(folder, 'journal'));
  return {
    ...{ journal, folder },
    async open(name = 'index', more = {}) {
      const index = openRunIndex({
        ...{ folder: join(folder, name), journal: journal.dir, keyring: () => journal.keyring() },
        ...more,
      });
      opened.push(index);
      await index.caughtUp();
      return index;
    },
  };
}

/** Every run that fits, page by page. */
export function allRows(index: RunIndex, query: Partial<Parameters<RunIndex['search']>[0]> = {}): RunRow[] {
  const rows: RunRow[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = index.search({ allowed: 'all', ...query, cursor: cursor ?? undefined });
    rows.push(...page.runs);
    cursor = page.next;
  }
  return rows;
}
