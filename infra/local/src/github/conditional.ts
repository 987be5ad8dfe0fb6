import { hash } from 'node:crypto';
import type { Answer } from './call.js';

/** What an answer may differ by, beside the resource: GitHub says it with every one that has an ETag. */
export const vary = 'Accept, Authorization, Cookie, X-GitHub-OTP';

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');

/** The tag of a JSON answer. A refusal has none: what is not there cannot be had already. */
export const etagOf = (answer: Answer, body: Buffer): string | undefined =>
  answer.status === 200 && answer.json !== undefined ? `W/"${hash('sha256', body, 'hex')}"` : undefined;

/** Whether `if-none-match` names the tag, by the weak comparison that it is defined with. */
export const hasAlready = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((one) => weak(one) === weak(etag)));
