import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { openApiDocument } from '../api/document.js';
import { pagePolicy } from './headers.js';
import type { ConsoleApp } from './serve.js';
import { fileResponse, readFiles } from './static.js';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MarketOps API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** In a file of its own: the page's policy runs no script that stands in the page. */
const start = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: false,
});
`;

const wanted = ['/swagger-ui.css', '/swagger-ui-bundle.js'];

/** The document, and a page that renders it with files of our own alone. */
export async function serveDocs(app: ConsoleApp): Promise<void> {
  const document = JSON.stringify(openApiDocument());
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const files = await readFiles(folder);
  app.get('/openapi.json', (c) => c.body(document, 200, { 'content-type': 'application/json' }));
  const headers = { 'content-security-policy': pagePolicy, 'cache-control': 'no-cache' };
  app.get('/docs', (c) => c.body(page, 200, { ...headers, 'content-type': 'text/html; charset=utf-8' }));
  app.get('/docs/start.js', (c) =>
    c.body(start, 200, { ...headers, 'content-type': 'text/javascript; charset=utf-8' }),
  );
  for (const path of wanted) {
    const file = files.get(path);
    if (file === undefined) throw new Error(`swagger-ui-dist has no file ${path}`);
    app.get(`/docs${path}`, (c) => fileResponse(c, file, headers));
  }
}
