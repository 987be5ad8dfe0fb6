import { csvExporter, type Exporter, jsonlExporter, markdownExporter } from '@marketops/operator/reading';
import type { ReplayFormat } from '../../commands/replay.js';
import type { Output } from '../../output.js';
import { textExporter } from './text.js';

/** The exporter of a format; with `--json` it is JSON lines. */
export function exporterFor(format: ReplayFormat, output: Output): Exporter {
  const write = (line: string) => output.exported(line);
  if (output.json) return jsonlExporter(write);
  switch (format) {
    case 'jsonl':
      return jsonlExporter(write);
    case 'csv':
      return csvExporter(write);
    case 'markdown':
      return markdownExporter(write);
    case 'text':
      return textExporter(output);
  }
}
