import type { OpenAPIHono, RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Allowed } from '../access/caller.js';
import type { OperationName } from '../access/permissions.js';
import type { World } from '../world/world.js';
import type { ConsoleEnvironment } from './environment.js';
import { guard } from './guard.js';
import { strictJson } from './strict-json.js';

export type ConsoleApp = OpenAPIHono<ConsoleEnvironment>;
export type ConsoleContext = Context<ConsoleEnvironment>;

type Route = RouteConfig & { readonly operationId?: string };
type Part<R extends Route, Name extends 'params' | 'query' | 'headers'> = R['request'] extends {
  readonly [Key in Name]: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;
type Body<R extends Route> = R['request'] extends {
  readonly body: {
    readonly content: { readonly 'application/json': { readonly schema: infer Schema extends z.ZodType } };
  };
}
  ? z.output<Schema>
  : undefined;

/** A request as its schemas read it, and what its caller may do. */
export interface Asked<R extends Route> {
  readonly allowed: Allowed;
  readonly params: Part<R, 'params'>;
  readonly query: Part<R, 'query'>;
  readonly headers: Part<R, 'headers'>;
  readonly body: Body<R>;
}

type Json<Response> = Response extends {
  readonly content: { readonly 'application/json': { readonly schema: infer Schema extends z.ZodType } };
}
  ? Reading<z.input<Schema>>
  : never;
/** What an operation answers with: of its successful answers the one that is JSON. */
type Answer<R extends Route> = {
  [Status in keyof R['responses'] & (200 | 201 | 202)]: Json<R['responses'][Status]>;
}[keyof R['responses'] & (200 | 201 | 202)];
type Reading<Value> = Value extends (infer Item)[]
  ? readonly Reading<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Reading<Value[Key]> }
    : Value;

const successes = [200, 201, 202] as const;

/**
 * Serves one operation of the contract: guarded by its permission, its parts checked by its schemas, its answer typed by them.
 * @param work may answer with a whole response instead, where it is no JSON
 */
export function serve<R extends Route>(
  app: ConsoleApp,
  world: World,
  route: R,
  work: (asked: Asked<R>, c: ConsoleContext) => Promise<Answer<R> | Response> | Response,
): void {
  const operation = route.operationId as OperationName;
  const status = successes.find((one) => one in route.responses) ?? 200;
  const { request = {} } = route;
  const guarded = guard(operation, world);
  const middleware = request.body === undefined ? guarded : [guarded, strictJson];
  app.openapi(
    { ...route, middleware } as RouteConfig,
    (async (c: ConsoleContext) => {
      const valid = (target: string): unknown => c.req.valid(target as never);
      const asked = {
        allowed: c.get('allowed'),
        params: request.params === undefined ? undefined : valid('param'),
        query: request.query === undefined ? undefined : valid('query'),
        headers: request.headers === undefined ? undefined : valid('header'),
        body: request.body === undefined ? undefined : valid('json'),
      } as Asked<R>;
      const answer = await work(asked, c);
      return answer instanceof Response ? answer : c.json(answer as object, status);
    }) as never,
  );
}
