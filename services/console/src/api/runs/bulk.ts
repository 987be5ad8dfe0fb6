import { Remark, RunId } from '@marketops/contracts';
import { body, json, operation, z } from '../define.js';
import { RunFilter, RunRowView } from './rows.js';

const BulkAction = z.enum(['cancel', 'retry']).openapi('BulkAction');
const runsMax = 200;

/** Named one by one, or by what they have in common. */
const What = z.union([
  z.strictObject({ run_ids: z.array(RunId).min(1).max(runsMax) }),
  z.strictObject({ filter: RunFilter }),
]);

const BulkPreview = z
  .strictObject({
    action: BulkAction,
    eligible: z.array(RunRowView),
    refused: z.array(z.strictObject({ run: RunRowView, code: z.string(), why: z.string() })),
    /** True where more fit than one action takes. */
    more: z.boolean(),
    /** Of the action and the eligible runs: to be given back, so that what is done is what was shown. */
    preview_digest: z.string(),
  })
  .openapi('BulkPreview');

export const previewBulk = operation({
  operationId: 'previewBulk',
  method: 'post',
  path: '/v1/bulk/preview',
  tags: ['Runs'],
  summary: 'What an action on many runs would do; it does nothing',
  description: `At most ${runsMax} runs at once.`,
  request: { body: body(z.strictObject({ action: BulkAction, what: What })) },
  responses: { 200: json('Which runs it would reach', BulkPreview) },
});

export const doBulk = operation({
  operationId: 'doBulk',
  method: 'post',
  path: '/v1/bulk',
  tags: ['Runs'],
  summary: 'Do it',
  request: {
    body: body(
      z.strictObject({
        action: BulkAction,
        run_ids: z.array(RunId).min(1).max(runsMax),
        preview_digest: z.string().regex(/^[0-9a-f]{64}$/),
        reason: Remark,
      }),
    ),
  },
  responses: {
    202: json(
      'What became of each',
      z
        .strictObject({
          results: z.array(
            z.strictObject({
              run_id: z.string(),
              done: z.boolean(),
              code: z.string().nullable(),
              message: z.string().nullable(),
              /** Of a retry. */
              new_run_id: z.string().nullable(),
            }),
          ),
        })
        .openapi('BulkResult'),
    ),
  },
});
