import { InputError } from '@marketops/contracts';
import { ProofError, parseJson } from '@marketops/proof';
import type { MiddlewareHandler } from 'hono';
import type { ConsoleEnvironment } from './environment.js';

/**
 * A body that two parsers could read differently (a key that stands twice), or that is nested deeper than anything we take, is
 * refused before a schema sees it: what a proxy or an auditor reads in it must be what is done.
 */
export const strictJson: MiddlewareHandler<ConsoleEnvironment> = async (c, next) => {
  // Read once: the validator gets the same text.
  const text = await c.req.text();
  if (text !== '' && /^application\/json\b/i.test(c.req.header('content-type') ?? '')) refuseAmbiguous(text);
  await next();
};

/** @throws InputError `request_malformed` */
function refuseAmbiguous(text: string): void {
  try {
    parseJson(text);
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new InputError('request_malformed', `the body cannot be read as JSON: ${cause.message}`, {
      next: 'Send plain JSON: each key once, and nested no deeper than the document asks for.',
      cause,
    });
  }
}
