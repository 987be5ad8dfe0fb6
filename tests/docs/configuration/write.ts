import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationPage } from './page.js';

// `npm run reference`: writes docs/configuration.md. From tests/dist/docs/configuration, where this is run.
writeFileSync(
  fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url)),
  configurationPage(),
);
