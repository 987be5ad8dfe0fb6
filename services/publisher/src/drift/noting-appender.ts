import { Operation, operationStream } from '@marketops/contracts';
import { type Logger, readContained } from '@marketops/engine';
import type { Appender, BlobStore, VerifiedReader } from '@marketops/store';
import { foldOf } from './fold-of.js';
import type { EffectHints, OperationPath } from './hints.js';

export interface NotingTools {
  readonly reader: VerifiedReader;
  readonly blobs: BlobStore;
  readonly log: Logger;
  /** Undefined for an account that is not ours. */
  readonly hintsOf: (account: string) => EffectHints | undefined;
}

/**
 * An appender that notes every operation it starts, before anything is done for it: what stands at GitHub with our name on it can then be
 * explained. A hint that cannot be noted stops nothing: the streams still say all of it.
 */
export function notingAppender(appender: Appender, tools: NotingTools): Appender {
  return {
    async append(request) {
      const appended = await appender.append(request);
      for (const { stream, events } of request.streams) {
        if (!events.some(({ type }) => type === 'operation.started')) continue;
        await noteStarted(tools, stream).catch((fault: unknown) =>
          tools.log.warn({ fault, stream }, 'a hint for the reconciler could not be noted'),
        );
      }
      return appended;
    },
  };
}

/** @param stream `op/<run id>/<operation id>` */
export const operationPathOf = (stream: string): OperationPath => stream.slice('op/'.length);
export const streamOf = (path: OperationPath): string => {
  const [runId = '', operationId = ''] = path.split('/');
  return operationStream(runId, operationId);
};

/** @returns true where there was something to note */
export async function noteStarted({ reader, blobs, hintsOf }: NotingTools, stream: string): Promise<boolean> {
  const { state, startedAt } = await foldOf(reader, stream);
  const { planned } = state;
  const contained = planned?.data.operation;
  if (startedAt === undefined || planned === undefined || contained == null) return false;
  const operation = await readContained(blobs, planned, contained, Operation);
  const hints = hintsOf(operation.repository.owner);
  if (hints === undefined) return false;
  // It was right when its outcome was said: it had just been verified.
  const at = (state.reconciled ?? state.outcome)?.time ?? startedAt;
  await hints.note(operationPathOf(stream), operation, Date.parse(at));
  return true;
}
