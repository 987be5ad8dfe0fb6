import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyFiles } from '../files.js';

/** For tests of others: everything may be done on repositories of acme, and nothing elsewhere. */
export const testPolicyFiles: PolicyFiles = {
  'acme.cedar': `@id("acme")
permit (principal, action, resource)
when { resource.owner == "acme" };
`,
};

export function writePolicyDirectory(path: string, files: PolicyFiles = testPolicyFiles): void {
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
}
