import { OpenAPIHono } from '@hono/zod-openapi';
import { contract } from './contract.js';
import { FeedItemView } from './runs/events.js';

const description = [
  'Everything that upstream systems and operators ask MarketOps for.',
  'Times are UTC. Refusals are problems (RFC 9457) whose `code` is listed in docs/errors.md.',
  'Sign in with `Authorization: Bearer <API key>`, or in a browser with the session cookie.',
].join(' ');

/** The OpenAPI 3.1 document, made from the same schemas that the server checks with. */
export function openApiDocument() {
  const { openAPIRegistry: registry } = new OpenAPIHono();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'marketops_session',
  });
  // Only messages of event streams hold it.
  registry.register('FeedItem', FeedItemView);
  for (const route of Object.values(contract)) registry.registerPath(route);
  const app = new OpenAPIHono();
  app.openAPIRegistry = registry;
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'MarketOps', version: '1.0.0', description },
    servers: [{ url: '/' }],
  });
}
