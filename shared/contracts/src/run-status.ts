import { z } from 'zod';

/** How a run ended. */
export const RunStatus = z.enum(['completed', 'partial', 'failed', 'blocked', 'cancelled']);
export type RunStatus = z.infer<typeof RunStatus>;
