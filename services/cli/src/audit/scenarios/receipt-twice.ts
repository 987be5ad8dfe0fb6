import { operationStream } from '@marketops/contracts';
import { present, presentation } from '../presenting.js';
import { NotRefused, type Refusal, type Scenario } from '../scenario.js';
import { operationId, type Stage, tagId } from '../stage.js';

export const receiptTwice: Scenario = {
  id: 'A2',
  name: 'same receipt twice',
  severity: 'critical',
  stoppedBy: 'consumption',
  steps: [
    'let genuine receipts be used, once each',
    'put them into the publications queue again: under another job id, and after a restart of the publisher',
    'check 9 refuses each, and no stream has grown',
  ],
  attempts: ({ spent }) => [
    {
      name: 'under another job id',
      expects: 'unconsumed',
      attack: (stage) =>
        withoutTrace(stage, operationId, () =>
          present(stage, presentation(stage, spent.receipt, { run_id: spent.runId }), 'audit-a2'),
        ),
    },
    {
      name: 'after a restart of the publisher',
      expects: 'unconsumed',
      attack: async (stage) => {
        await stage.system.restart('publisher');
        const data = presentation(stage, spent.tagReceipt, {
          run_id: spent.runId,
          operation_id: tagId,
          operation_kind: 'tag_repo',
        });
        return withoutTrace(stage, tagId, () => present(stage, data));
      },
    },
  ],
};

/** What is consumed once stays started once: nothing is appended to the operation. */
async function withoutTrace(
  { live, spent }: Stage,
  operation: string,
  attack: () => Promise<Refusal>,
): Promise<Refusal> {
  const stream = operationStream(spent.runId, operation);
  const [before] = await live.store.lastSeqs([stream]);
  const refusal = await attack();
  const [after] = await live.store.lastSeqs([stream]);
  if (before === after) return refusal;
  throw new NotRefused(`${stream} grew from ${before} to ${after}`);
}
