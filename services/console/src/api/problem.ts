import { z } from '@hono/zod-openapi';

/** RFC 9457, with the codes of docs/errors.md. */
export const Problem = z
  .strictObject({
    /** `urn:marketops:error:<code>`. */
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** As docs/errors.md lists it. */
    code: z.string(),
    /** What happened, to what. */
    detail: z.string(),
    /** What to do about it. */
    next: z.string(),
    /** Everything that is wrong with what was sent, each with its place. */
    faults: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    /** Names the request in the log. */
    instance: z.string(),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;
