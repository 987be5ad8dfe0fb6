import { makeFile } from '@marketops/files';
import { reasonOf } from '@marketops/operator/words';
import { CliError } from '../errors.js';

/**
 * Where nothing is yet: a proof is not written over. It is there whole or not at all, whatever becomes of this process or the disk,
 * so that the next one who asks does not find half of it in the way.
 * @throws CliError `report_exists`, `usage_invalid`
 */
export async function writeNew(path: string, text: string): Promise<void> {
  const next = 'Name another file with --output.';
  const isNew = await makeFile(path, text, { mode: 0o644, copiesWithoutLinks: true }).catch(
    (cause: unknown) => {
      throw new CliError('usage_invalid', `${path} cannot be written: ${reasonOf(cause)}`, { next, cause });
    },
  );
  if (!isNew) throw new CliError('report_exists', `${path} is there already`, { next });
}
