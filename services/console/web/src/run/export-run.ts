import type { RunDetail } from '@marketops/client';
import type { ExportChoice } from '../components/index.js';
import { csvText } from '../text/csv.js';

const titles = [
  'run_id',
  'operation_id',
  'kind',
  'repository',
  'phase',
  'operation_digest',
  'receipt_id',
  'outcome',
  'code',
  'message',
  'url',
] as const;

/** The run as it is shown: JSON has all of it, CSV a line per operation. */
export const exportRun = (run: RunDetail): readonly ExportChoice[] => [
  {
    label: 'JSON',
    fileName: `${run.run_id}.json`,
    make: () => new Blob([`${JSON.stringify(run, undefined, 2)}\n`], { type: 'application/json' }),
  },
  {
    label: 'CSV',
    fileName: `${run.run_id}.csv`,
    make: () => new Blob([operationsCsv(run)], { type: 'text/csv' }),
  },
];

export const operationsCsv = ({ run_id, operations }: Pick<RunDetail, 'run_id' | 'operations'>): string =>
  csvText(
    titles,
    operations.map((one) => [
      run_id,
      one.operation_id,
      one.kind,
      one.repository,
      one.phase,
      one.operation_digest,
      one.receipt?.receipt_id,
      one.outcome?.type,
      one.outcome?.code,
      one.outcome?.message,
      one.outcome?.url,
    ]),
  );
