import { json, operation, z } from '../define.js';
import { RunFilter, RunListQuery, RunPageView, RunTotalsView } from './rows.js';

export const listRuns = operation({
  operationId: 'listRuns',
  method: 'get',
  path: '/v1/runs',
  tags: ['Runs'],
  summary: 'Search the runs of the caller’s tenants, newest first',
  request: { query: RunListQuery },
  responses: { 200: json('A page', RunPageView) },
});

export const countRuns = operation({
  operationId: 'countRuns',
  method: 'get',
  path: '/v1/run-totals',
  tags: ['Runs'],
  summary: 'How many runs there are, by status, tenant, mode and flag',
  responses: { 200: json('Of the caller’s tenants', RunTotalsView) },
});

export const exportRuns = operation({
  operationId: 'exportRuns',
  method: 'get',
  path: '/v1/exports/runs',
  tags: ['Runs'],
  summary: 'The runs that fit, as a file',
  description:
    'At most 100,000 runs. In CSV a value that a spreadsheet would take for a formula gets a leading apostrophe.',
  request: { query: RunFilter.extend({ format: z.enum(['json', 'csv']).default('json') }) },
  responses: {
    200: {
      description: 'One run per line (CSV), or `{ "runs": [...] }` (JSON)',
      content: {
        'application/json': { schema: z.strictObject({ runs: RunPageView.shape.runs }) },
        'text/csv': { schema: z.string() },
      },
    },
  },
});

const sse = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: z.string() } },
});

export const LastEventId = z.object({
  'last-event-id': z
    .string()
    .max(40)
    .optional()
    .openapi({
      param: { name: 'last-event-id', in: 'header' },
      description: 'The `id` of the last message that was received: what came after it follows.',
    }),
});

export const followRuns = operation({
  operationId: 'followRuns',
  method: 'get',
  path: '/v1/events',
  tags: ['Events'],
  summary: 'What happens to runs, as it happens (SSE)',
  description:
    '`view=changes`: messages `run.changed` with a `RunRow`, `reset` where everything is to be read anew. `view=feed`: the ordered feed of `run.started`, `stage.started`, `stage.completed`, `plan.generated`, `execute.blocked`, `ledger.sealed`, `run.completed`, each with a `FeedItem`. Without Last-Event-ID it begins now.',
  request: {
    headers: LastEventId,
    query: z.strictObject({
      view: z.enum(['changes', 'feed']).default('changes'),
      /** For clients that cannot set the header. */
      last_event_id: z.string().max(40).optional(),
    }),
  },
  responses: { 200: sse('Messages, with a comment every 15 s') },
});
