import { OpenAPIHono } from '@hono/zod-openapi';
import { PublicationPlan } from '@marketops/contracts';
import { contract } from './contract.js';
import { named } from './define.js';
import { Checkpoint } from './ledger/contract.js';
import { OutcomeView, ReceiptBrief } from './runs/detail.js';
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
  // A component becomes what it is where it first stands: first met where it may be null, it would be so everywhere.
  registry.register('Checkpoint', Checkpoint);
  registry.register('Outcome', OutcomeView);
  registry.register('PublicationPlan', named('PublicationPlan', PublicationPlan));
  registry.register('ReceiptBrief', ReceiptBrief);
  for (const route of Object.values(contract)) registry.registerPath(route);
  const app = new OpenAPIHono();
  app.openAPIRegistry = registry;
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'MarketOps', version: '1.0.0', description },
    servers: [{ url: '/' }],
  });
  return withNulls(document) as typeof document;
}

/**
 * A component or null. The generator writes that both must hold, the component’s schema and “an object or null”, which no null does.
 */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== 'object' || value === null) return value;
  const [reference, or, more] = 'allOf' in value && Array.isArray(value.allOf) ? value.allOf : [];
  const isNullable = more === undefined && JSON.stringify(or) === '{"type":["object","null"]}';
  if (isNullable) return { anyOf: [reference, { type: 'null' }] };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withNulls(member)]));
}
