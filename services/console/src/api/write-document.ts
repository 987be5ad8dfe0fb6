import { writeFileSync } from 'node:fs';
import { openApiDocument } from './document.js';

const [, , path] = process.argv;
if (path === undefined) throw new Error('usage: write-document <file>');
writeFileSync(path, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
