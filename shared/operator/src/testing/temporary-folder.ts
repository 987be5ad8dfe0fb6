import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A function that makes folders, each gone after the test that made it. */
export const temporaryFolders = (): (() => string) => () => {
  const folder = mkdtempSync(join(tmpdir(), 'marketops-operator-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
