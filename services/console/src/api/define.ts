import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { permissionText } from '../access/permissions.js';
import { Problem } from './problem.js';

/**
 * A schema as a named component of the OpenAPI document. Schemas of `contracts` may have been made before zod was extended with
 * `openapi`, so the method is taken from where it is.
 */
export const named = <Schema extends z.ZodType>(name: string, schema: Schema): Schema =>
  z.ZodType.prototype.openapi.call(schema, name) as Schema;

/** A part of the path, of a schema of `contracts`. */
export const inPath = <Schema extends z.ZodType>(name: string, schema: Schema): Schema =>
  z.ZodType.prototype.openapi.call(schema, { param: { name, in: 'path' } }) as Schema;

/** A JSON answer or body. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The same for a request, where there is no doing without. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

/** A parameter that may be repeated: `?status=failed&status=partial`. */
export const many = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(schema).max(20).optional(),
  );

export const pageLimit = (max: number, standard: number) =>
  z.coerce.number().int().min(1).max(max).default(standard);

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

const refusals = {
  400: problem('What was sent has faults, all of them told'),
  401: problem('Nobody is signed in, or the key does not count'),
  403: problem('The caller may not do this'),
  404: problem('There is no such thing, or none that the caller may see'),
  429: problem('Too many requests: `retry-after` says when to come again'),
  503: problem('Redis or the ledger does not answer; nothing was done, or it is not known yet'),
} as const;

interface Definition<Path extends string> extends Omit<RouteConfig, 'path' | 'operationId' | 'security'> {
  readonly path: Path;
  readonly operationId: Parameters<typeof permissionText>[0];
}

/**
 * One operation of the API. Who may call it stands in `access/permissions`; what every operation may answer beside its own is
 * added here, as problems (RFC 9457).
 */
export function operation<Path extends string, Config extends Definition<Path>>(
  config: Config & { readonly path: Path },
) {
  const { description = '', operationId } = config;
  const isPublic = permissionText(operationId) === undefined;
  const whole = {
    ...config,
    description: [description, permissionText(operationId)].filter(Boolean).join('\n\n'),
    responses: { ...refusals, ...config.responses },
    ...(isPublic ? {} : { security: [{ apiKey: [] }, { session: [] }] }),
  };
  // The refusals are thrown and rendered in one place, so a handler's own type knows only its answers.
  return createRoute(whole as unknown as Config);
}

export { z };
