import type { Operation, PublicationPlan } from '@marketops/contracts';
import { bytes } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

/** The publication plan: what would ship, what would not, and why. */
export function renderPlan(
  output: Output,
  plan: PublicationPlan,
  operations: ReadonlyMap<string, Operation>,
): void {
  const { paint } = output;
  const rows = plan.operations.map((item) => [
    paint.bold(sanitize(item.operation_id)),
    sanitize(item.kind),
    sanitize(item.repository),
    whatOf(operations.get(item.operation_id)),
    item.depends_on.map((id) => sanitize(id)).join(', ') || '–',
    shipsText(output, item),
  ]);
  output.line(table(output, ['operation', 'kind', 'repository', 'what', 'after', 'would ship'], rows));
  for (const item of plan.operations) {
    for (const reason of [...item.reasons, ...item.missing_prerequisites]) {
      const why = `${sanitize(item.operation_id)}: ${sanitize(reason.message)} (${sanitize(reason.code)})`;
      output.line(`    ${paint.yellow(why)}`);
      output.line(`    ${paint.dim(`→ ${sanitize(reason.remedy)}`)}`);
    }
  }
}

function shipsText({ paint }: Output, item: PublicationPlan['operations'][number]): string {
  if (item.blocked_by_mode) return paint.yellow('no: blocked by mode');
  return item.would_ship ? paint.green('yes') : paint.red('no');
}

/** An operation in a few words. */
export function whatOf(operation: Operation | undefined): string {
  if (operation === undefined) return '–';
  switch (operation.kind) {
    case 'tag_repo':
      return sanitize(`${operation.tag_name} at ${operation.target_sha.slice(0, 10)}`);
    case 'publish_release': {
      const size = operation.assets.reduce((sum, asset) => sum + asset.size_bytes, 0);
      const assets =
        operation.assets.length === 0 ? '' : `, ${operation.assets.length} assets, ${bytes(size)}`;
      return sanitize(`${operation.tag_name} "${operation.release_name}"${assets}`, 80);
    }
    case 'open_pr':
      return sanitize(`${operation.head.ref} → ${operation.base.ref} "${operation.title}"`, 80);
    case 'attach_release_asset': {
      const { asset, tag_name: tagName } = operation;
      return sanitize(`${asset.name}, ${bytes(asset.size_bytes)} → release of ${tagName}`, 80);
    }
  }
}
