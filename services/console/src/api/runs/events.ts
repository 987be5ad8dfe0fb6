import { operation, z } from '../define.js';
import { RunPath } from '../shared.js';
import { LastEventId } from './list.js';
import { ModeView } from './rows.js';

/** What an entry of the ledger means for whoever follows a run. */
export const FeedItemView = z
  .strictObject({
    /** Orders the feed, and resumes it. */
    id: z.string(),
    type: z.enum([
      'run.started',
      'stage.started',
      'stage.completed',
      'plan.generated',
      'execute.blocked',
      'ledger.sealed',
      'run.completed',
    ]),
    run_id: z.string(),
    tenant_id: z.string(),
    mode: ModeView,
    time: z.string(),
    sequence: z.int(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('FeedItem');

export const followRun = operation({
  operationId: 'followRun',
  method: 'get',
  path: '/v1/runs/{run_id}/events',
  tags: ['Events'],
  summary: 'A run’s events as the ledger takes them (SSE)',
  description:
    'From its first event on, or from Last-Event-ID. `view=events`: one message per event, named by its type, `id` the entry’s number, data the event. `view=feed`: the stages of the run. Ends with a message `end` when the run has ended.',
  request: {
    params: RunPath,
    headers: LastEventId,
    query: z.strictObject({
      view: z.enum(['events', 'feed']).default('events'),
      last_event_id: z.string().max(40).optional(),
      /** `false`: stays after the run’s end, for it may be redriven. */
      until_end: z.enum(['true', 'false']).default('true'),
    }),
  },
  responses: {
    200: {
      description: 'Messages, with a comment every 15 s',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});
