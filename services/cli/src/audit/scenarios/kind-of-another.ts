import { presentation, presenting } from '../presenting.js';
import type { Scenario } from '../scenario.js';
import { tagId } from '../stage.js';

export const kindOfAnother: Scenario = {
  id: 'A3',
  name: 'receipt of one operation kind used for another',
  severity: 'high',
  stoppedBy: 'operation_kind binding',
  steps: [
    'take the unused receipts of a release and of a tag, both of one run',
    'present each for the other operation, and one under the other’s kind',
    'check 7 refuses each',
  ],
  attempts: (stage) => {
    const { receipt, tagReceipt } = stage.waiting;
    const asTag = { operation_id: tagId, operation_kind: 'tag_repo' };
    return [
      presenting('a tag’s receipt for the release', 'kind_binding', presentation(stage, tagReceipt)),
      presenting('the release’s receipt for the tag', 'kind_binding', presentation(stage, receipt, asTag)),
      presenting(
        'the release’s receipt for the release, called a tag',
        'kind_binding',
        presentation(stage, receipt, { operation_kind: 'tag_repo' }),
      ),
    ];
  },
};
