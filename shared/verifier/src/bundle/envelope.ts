import { bytesOfBase64, canonicalJson, encodeBase64, ProofError, parseCanonicalJson } from '@marketops/proof';
import { BundleError } from './errors.js';
import {
  bundleBytesMax,
  bundleDepthMax,
  bundlePayloadBytesMax,
  bundlePayloadType,
  ProofEnvelope,
  ProofStatement,
} from './format.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A bundle whose form is right; nothing it says has been verified. */
export interface OpenedBundle {
  readonly statement: ProofStatement;
  /** Its canonical form. */
  readonly payload: string;
}

/**
 * The file of a bundle: one line, its newline included.
 * @throws BundleError `bundle_too_large`
 */
export function sealBundle(statement: ProofStatement): string {
  const caps = { depthMax: bundleDepthMax };
  const bytes = new TextEncoder().encode(canonicalJson(statement, caps));
  if (bytes.length > bundlePayloadBytesMax) {
    const message = `The bundle would have ${bytes.length} bytes; ${bundlePayloadBytesMax} fit.`;
    throw new BundleError('bundle_too_large', message);
  }
  const payload = encodeBase64(bytes);
  return `${canonicalJson({ payloadType: bundlePayloadType, payload, signatures: [] }, caps)}\n`;
}

/**
 * Reads the file of a bundle. Every byte counts: there is one spelling of the envelope, of the base64 and of the statement.
 * @throws BundleError `bundle_malformed`
 */
export function openBundle(bytes: Uint8Array): OpenedBundle {
  if (bytes.length > bundleBytesMax) throw malformed(`it is larger than ${bundleBytesMax} bytes`);
  const text = decoded(bytes, 'it');
  if (!text.endsWith('\n')) throw malformed('it does not end with a newline');
  const envelope = ProofEnvelope.safeParse(canonical(text.slice(0, -1), bundleBytesMax, 'its envelope'));
  if (!envelope.success) throw malformed('it is no DSSE envelope of an in-toto statement', envelope.error);
  const raw = bytesOfBase64(envelope.data.payload);
  if (raw === undefined) throw malformed('its payload is not base64');
  const payload = decoded(raw, 'its payload');
  const statement = ProofStatement.safeParse(canonical(payload, bundlePayloadBytesMax, 'its payload'));
  if (statement.success) return { statement: statement.data, payload };
  const at = statement.error.issues[0]?.path.map(String).join('.') ?? '';
  throw malformed(`its statement is not of this shape at ${at.slice(0, 200) || 'its root'}`, statement.error);
}

function decoded(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw malformed(`${what} is not UTF-8`, cause);
  }
}

function canonical(text: string, bytesMax: number, what: string): unknown {
  try {
    return parseCanonicalJson(text, { bytesMax, depthMax: bundleDepthMax });
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw malformed(`${what} is not canonical JSON (${cause.code})`, cause);
  }
}

const malformed = (why: string, cause?: unknown): BundleError =>
  new BundleError('bundle_malformed', `This is no proof bundle: ${why}.`, { cause });
