import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundleJsonSchema } from './json-schema.js';

const published = fileURLToPath(
  new URL('../../../../docs/schemas/proof-bundle-v1.schema.json', import.meta.url),
);

// `npx vitest run shared/verifier/src/bundle/json-schema --update` writes it anew.
test('the published JSON Schema is the one of the format', async () => {
  await expect(`${JSON.stringify(bundleJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(published);
});
