import { api, unwrap } from '../data/api.js';

/**
 * The proof bundle of a run, byte for byte.
 * @throws ProblemError, `proof_not_ready` while the run's end is under no checkpoint yet
 */
export const fetchProof = async (runId: string): Promise<Blob> =>
  unwrap(await api.GET('/v1/runs/{run_id}/proof', { params: { path: { run_id: runId } }, parseAs: 'blob' }));
