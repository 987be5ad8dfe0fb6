import type { Reason } from '@marketops/contracts';

/** A prerequisite that is not there. */
export const missing = (code: string, message: string, remedy: string): Reason => ({
  code,
  // A cut may fall between the two halves of a character.
  message: message.slice(0, 1_000).toWellFormed(),
  remedy: remedy.slice(0, 1_000).toWellFormed(),
});
