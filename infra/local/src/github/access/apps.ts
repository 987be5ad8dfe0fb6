import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { Problem } from '../problem.js';
import type { Permissions } from './permissions.js';

/** A GitHub App and where it is installed. In snake case, as it arrives over POST /_sim/apps. */
export interface SeedApp {
  readonly id: number;
  readonly slug: string;
  /** May stand for the id as the issuer of a JWT. */
  readonly client_id?: string;
  /** PEM, SPKI. The App signs with its private half; the simulated GitHub never has that. */
  readonly public_key: string;
  readonly installations: readonly SeedInstallation[];
}

export interface SeedInstallation {
  readonly id: number;
  /** The login of the user or organization that installed it. */
  readonly account: string;
  /** `{ "contents": "write", "pull_requests": "write" }`. */
  readonly permissions: Permissions;
  /** Full names. Without it: all of the account's repositories. */
  readonly repositories?: readonly string[];
  readonly suspended?: boolean;
  /** How long its tokens live, in seconds. GitHub's hour by default. */
  readonly token_ttl_s?: number;
}

export interface App {
  readonly seed: SeedApp;
  readonly publicKey: KeyObject;
}

/** Throws where the key is none. */
export const appOf = (seed: SeedApp): App => ({ seed, publicKey: createPublicKey(seed.public_key) });

const lifetimeSecondsMax = 600;
/** GitHub lets a clock be this much ahead of its own. */
const skewSecondsMax = 60;

const undecodable = (): Problem => new Problem(401, 'A JSON web token could not be decoded');

function part(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value));
  } catch {
    // Told below.
  }
  throw undecodable();
}

/** Whether a bearer looks like a JWT rather than a token. */
export const looksLikeJwt = (bearer: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(bearer);

/**
 * The App that signed a JWT, RS256. 401 in GitHub's words where it is unknown, the signature is another's, or the times
 * are not what GitHub takes: issued in the past, ending within ten minutes.
 */
export function appOfJwt(apps: Iterable<App>, jwt: string, nowS: number): App {
  const [header, payload, signature = ''] = jwt.split('.');
  if (part(header)['alg'] !== 'RS256') throw undecodable();
  const { iss, iat, exp } = part(payload);
  const app = [...apps].find(({ seed }) => String(iss) === String(seed.id) || iss === seed.client_id);
  if (app === undefined) throw new Problem(401, 'Integration not found');
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) throw undecodable();
  if (typeof iat !== 'number' || iat > nowS + skewSecondsMax) {
    const claim =
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    throw new Problem(401, claim);
  }
  if (typeof exp !== 'number' || exp <= nowS) {
    const claim =
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which";
    throw new Problem(401, `${claim} the assertion expires`);
  }
  if (exp > nowS + lifetimeSecondsMax) {
    throw new Problem(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  return app;
}
