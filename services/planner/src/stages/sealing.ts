import { operationStream, type Reason, runStream } from '@marketops/contracts';
import type { RunKey, SealedValue } from '@marketops/store';

/** How the values of a sealed run are encrypted, and their salts made: the key of the run. */
export type Sealing = Pick<RunKey, 'salt' | 'seal'>;
export type { SealedValue };

interface Of {
  readonly runId: string;
  readonly tenantId: string;
}

/** Where each sealed value of a run stands. */
export const requestSubject = ({ runId, tenantId }: Of) => ({
  stream: runStream(runId),
  type: 'plan.requested',
  tenant_id: tenantId,
});
export const planSubject = ({ runId, tenantId }: Of) => ({
  stream: runStream(runId),
  type: 'plan.generated',
  tenant_id: tenantId,
});
export const operationSubject = ({ runId, tenantId }: Of, operationId: string) => ({
  stream: operationStream(runId, operationId),
  type: 'operation.planned',
  tenant_id: tenantId,
});

/** What stands in an event of a sealed run in place of words that may quote what is sealed. The code stays. */
export const withheld = ({ code }: Reason): Reason => ({
  code,
  message: 'The run is sealed: why stands in its plan.',
  remedy: 'See it with marketops show, where the run’s key is.',
});
