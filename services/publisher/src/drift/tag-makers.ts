import { Operation } from '@marketops/contracts';
import { readContained } from '@marketops/engine';
import type { Release } from '@marketops/github';
import { hasMarker, markerFor } from '@marketops/proof';
import { foldOf } from './fold-of.js';
import { streamOf } from './noting-appender.js';
import type { AccountPass, ReconcilerTools } from './tools.js';

/** An operation that was started for a tag, and so may have made what stands under it. */
export interface Maker {
  readonly operation: Operation;
  readonly marker: string;
  /** It succeeded, or may yet: what stands under its tag is taken for its own. */
  readonly isLive: boolean;
  /** As GitHub numbered what it made; undefined where that is not known. */
  readonly remoteId: string | undefined;
}

/** Every operation of ours that was ever started for a tag; undefined where there are too many to tell. */
export async function makersOf(
  tools: ReconcilerTools,
  { hints }: Pick<AccountPass, 'hints'>,
  repositoryId: number,
  tag: string,
): Promise<Maker[] | undefined> {
  const paths = await hints.candidates(repositoryId, tag);
  if (paths === undefined) return undefined;
  const makers: Maker[] = [];
  for (const path of paths) {
    // A hint only: what it names must say so itself.
    const { state, startedAt } = await foldOf(tools.reader, streamOf(path));
    const contained = state.planned?.data.operation;
    if (startedAt === undefined || contained == null) continue;
    const operation = await readContained(tools.blobs, contained, Operation);
    if (operation.repository.id !== repositoryId || !('tag_name' in operation) || operation.tag_name !== tag)
      continue;
    const runId = state.planned?.run_id ?? '';
    const { operation_id: operationId } = operation;
    const result =
      state.reconciled?.data.audit.result ??
      (state.outcome?.type === 'operation.succeeded' ? state.outcome.data.audit.result : null);
    makers.push({
      operation,
      marker: markerFor(tools.crypto, tools.markerKey, { runId, operationId }),
      isLive: state.phase !== 'failed' && state.phase !== 'refused',
      remoteId: result?.remote_id,
    });
  }
  return makers;
}

/** By its number, for whoever edits a text can take the marker out; by its marker, for whoever was interrupted knows no number. */
export const madeRelease = (makers: readonly Maker[], release: Release): boolean =>
  makers.some(
    ({ operation, marker, remoteId }) =>
      operation.kind === 'publish_release' &&
      (remoteId === String(release.id) || hasMarker(release.body ?? '', marker)),
  );

/**
 * A tag is made by tagging, and by publishing a release where there was none. An attempt that failed has made it only if it carries
 * its marker; of a release’s tag nobody can tell, so that is taken for its own.
 */
export const madeTag = (makers: readonly Maker[], message: string | null): boolean =>
  makers.some(
    ({ operation, marker, isLive }) =>
      isLive || operation.kind === 'publish_release' || hasMarker(message ?? '', marker),
  );

/** A line like our marker, whoever made it. */
export const looksMarked = (text: string | null): boolean =>
  /^<!-- marketops:[0-9A-Za-z]{1,64} -->\r?$/m.test(text ?? '');
