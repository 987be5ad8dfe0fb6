// Writes openapi.json and src/schema.ts from the schemas of the console, after `tsc -b services/console`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTypeScript, { astToString } from 'openapi-typescript';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const documentPath = at('openapi.json');
execFileSync(process.execPath, [at('../../services/console/dist/api/write-document.js'), documentPath], {
  stdio: 'inherit',
});
const text = readFileSync(documentPath, 'utf8');
const types = astToString(
  // Not `immutable`: openapi-fetch reads the types of answers with `Readable`, which knows no readonly array.
  await openapiTypeScript(JSON.parse(text), { defaultNonNullable: false }),
);
const digest = createHash('sha256').update(text).digest('hex');
writeFileSync(
  at('src/schema.ts'),
  `// Made by generate.mjs from openapi.json (SHA-256 ${digest}). Not to be edited.\n\n${types}`,
);
