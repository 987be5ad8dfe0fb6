import { ProofError } from '../errors.js';
import { parseJson } from '../parse-json.js';

export const clientDataBytesMax = 1_536;

/** What the browser says an authenticator was asked for, as far as it decides anything. */
export interface ClientData {
  readonly type: unknown;
  readonly challenge: unknown;
  readonly origin: unknown;
  /** True where the page stood in a frame of another site's. */
  readonly crossOrigin: unknown;
  readonly topOrigin: unknown;
}

const malformed = (why: string, cause?: unknown): ProofError =>
  new ProofError('assertion_malformed', `The passkey’s client data ${why}.`, { cause });

/**
 * Reads `clientDataJSON`. Members that are not known here are signed like the rest and say nothing to us: browsers add some, now
 * and then on purpose. One that stands twice is refused, since two readers could read it differently.
 * @throws ProofError `assertion_malformed`
 */
export function readClientData(bytes: Uint8Array): ClientData {
  let value: unknown;
  try {
    // A byte order mark stays, and is then no JSON: the bytes that are signed have one reading.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = parseJson(text, { depthMax: 4, bytesMax: clientDataBytesMax });
  } catch (cause) {
    throw malformed('is not JSON of the kind that browsers write', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('is no object');
  const { type, challenge, origin, crossOrigin, topOrigin } = value as Readonly<Record<string, unknown>>;
  return { type, challenge, origin, crossOrigin, topOrigin };
}
