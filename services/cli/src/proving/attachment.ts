import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { InputError, PlanRequest, parseMode } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine/reading';
import { reasonOf, thousands } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { CliError } from '../errors.js';
import { sanitize } from '../sanitize.js';
import { readFileBytes } from './read-file.js';
import { writeNew } from './write-new.js';

/** How an attachment is asked for: as any plan. */
export interface AttachFlags {
  readonly mode?: string;
  readonly wait?: true;
  /** Seconds. */
  readonly timeout: number;
  readonly principal: string;
  readonly idempotencyKey?: string;
}

/** What is to be attached, and to which published release. */
export interface Attachment {
  /** Of the asset, and of the file. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: string;
  readonly bytesMax: number;
  /** Whether what lies under that name already is as good: then that is attached, and not made anew. */
  readonly isSame: (there: Uint8Array) => boolean;
  readonly tenantId: string;
  /** `owner/name` */
  readonly repository: string;
  readonly tagName: string;
}

/**
 * Lays a file into the folder of the principal's artifacts, and asks for a plan that attaches it: a dry run unless it says prod. What a dry
 * run has shown is what prod attaches: the file stays, and is taken again.
 * @param output the file's path, below the principal's artifacts; default: its name there
 * @returns the exit code
 * @throws CliError `report_exists`, `usage_invalid`; InputError `principal_not_allowed`
 */
export async function attach(
  invocation: Invocation,
  loaded: LoadedConfig,
  attachment: Attachment,
  flags: AttachFlags,
  output: string | undefined,
): Promise<number> {
  const mode = flags.mode === undefined ? 'dry_run' : parseMode(flags.mode);
  const { file, path } = await placed(loaded, flags.principal, attachment.name, output);
  const { name, contentType, tenantId, repository, tagName } = attachment;
  // Queues and Redis only here: making a proof takes neither.
  const { newUlid } = await import('@marketops/engine');
  const { submissionOf } = await import('@marketops/operator');
  const { handIn } = await import('../submitting/hand-in.js');
  const idempotencyKey = flags.idempotencyKey ?? `cli-${newUlid()}`;
  const request = PlanRequest.safeParse({
    ...{ tenant_id: tenantId, mode, repository, idempotency_key: idempotencyKey },
    operations: [
      {
        ...{ id: 'attach', kind: 'attach_release_asset', tag_name: tagName },
        asset: { path, name, content_type: contentType },
      },
    ],
  });
  if (!request.success) {
    const [issue] = request.error.issues;
    throw new CliError('usage_invalid', `${issue?.path.map(String).join('.')}: ${issue?.message}`, {
      next: 'Name the release as owner/name@tag, and a file without control characters in its path.',
    });
  }
  const submission = submissionOf(loaded, flags.principal, idempotencyKey, request.data);
  const { size, taken } = await lay(file, attachment);
  const how = taken ? 'was there already and is attached as it is' : 'is written';
  invocation.output.note(sanitize(`${file}, ${thousands(size)} bytes, ${how}.`, 500));
  invocation.output.note(
    sanitize(`To be attached to the release ${tagName} of ${repository} (${mode}) by this run:`, 500),
  );
  return handIn(invocation, loaded, submission, flags);
}

/** Where the file lies, and how the planner finds it. */
async function placed(
  { config, root, configPath }: LoadedConfig,
  principal: string,
  name: string,
  output: string | undefined,
): Promise<{ readonly file: string; readonly path: string }> {
  const grant = Object.hasOwn(config.principals, principal) ? config.principals[principal] : undefined;
  if (grant?.artifacts_root === undefined)
    throw new InputError('principal_not_allowed', `${principal} may name no files`, {
      next: `Give principals.${principal} an artifacts_root in ${configPath}, or ask as another principal.`,
    });
  const artifacts = resolve(root, grant.artifacts_root);
  const file = output === undefined ? join(artifacts, name) : resolve(output);
  try {
    const folder = await realpath(artifacts);
    const real = join(await realpath(dirname(file)), file.slice(dirname(file).length + 1));
    const path = relative(folder, real);
    if (path === '' || path === '..' || path.startsWith(`..${sep}`))
      throw new CliError('usage_invalid', `${file} is not below ${artifacts}`, {
        next: `What ${principal} attaches lies there: leave out --output, or name a file there.`,
      });
    return { file, path: path.split(sep).join('/') };
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('usage_invalid', `${file} cannot be written: ${reasonOf(cause)}`, {
      next: `Make the folder ${dirname(file)}.`,
      cause,
    });
  }
}

/** @throws CliError `report_exists` where something else has the name */
async function lay(
  file: string,
  { bytes, bytesMax, isSame }: Attachment,
): Promise<{ readonly size: number; readonly taken: boolean }> {
  try {
    await writeNew(file, bytes);
    return { size: Buffer.byteLength(bytes), taken: false };
  } catch (fault) {
    if (!(fault instanceof CliError) || fault.code !== 'report_exists') throw fault;
    const there = await readFileBytes(file, bytesMax);
    if (!isSame(there)) throw fault;
    return { size: there.length, taken: true };
  }
}
