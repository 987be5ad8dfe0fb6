import { type AttachReleaseAsset, Operation } from '@marketops/contracts';
import { readContained } from '@marketops/engine';
import type { Release } from '@marketops/github';
import { hasMarker, markerFor } from '@marketops/proof';
import { RunRetiredError, StoreError } from '@marketops/store';
import { type FoldedOperation, foldOf } from './fold-of.js';
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

/**
 * Every operation of ours that was ever started for a tag; undefined where nobody can tell: there are too many, or one of them
 * has left Redis with its run, and may have made what stands there.
 */
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
    const folded = await foldOrLeft(tools, path);
    if (folded === undefined) return undefined;
    const { state, startedAt } = folded;
    const { planned } = state;
    const contained = planned?.data.operation;
    if (startedAt === undefined || planned === undefined || contained == null) continue;
    const operation = await readContained(tools.blobs, planned, contained, Operation).catch(unlessGone);
    // Whether what is there is of that one's making, nobody can say any more.
    if (operation === undefined) return undefined;
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

/** What was, or may yet be, added to a release by operations of ours; undefined where that cannot be told, or they are too many. */
export async function attachmentsTo(
  tools: ReconcilerTools,
  pass: Pick<AccountPass, 'hints' | 'hintsAreWhole'>,
  repositoryId: number,
  tag: string,
  releaseId: string,
): Promise<AttachReleaseAsset[] | undefined> {
  if (!pass.hintsAreWhole) return undefined;
  const makers = await makersOf(tools, pass, repositoryId, tag);
  return makers?.flatMap(({ operation, isLive }) =>
    isLive && operation.kind === 'attach_release_asset' && String(operation.release_id) === releaseId
      ? [operation]
      : [],
  );
}

async function foldOrLeft({ reader }: ReconcilerTools, path: string): Promise<FoldedOperation | undefined> {
  try {
    return await foldOf(reader, streamOf(path));
  } catch (fault) {
    if (fault instanceof RunRetiredError) return undefined;
    throw fault;
  }
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
      // What adds to a release finds the tag there.
      operation.kind !== 'attach_release_asset' &&
      (isLive || operation.kind === 'publish_release' || hasMarker(message ?? '', marker)),
  );

/** A line like our marker, whoever made it. */
export const looksMarked = (text: string | null): boolean =>
  /^<!-- marketops:[0-9A-Za-z]{1,64} -->\r?$/m.test(text ?? '');

/** Erased, or lost with its key: one operation must not keep the reconciler from all others. */
function unlessGone(fault: unknown): undefined {
  if (!(fault instanceof StoreError && fault.code.startsWith('blob_'))) throw fault;
}
