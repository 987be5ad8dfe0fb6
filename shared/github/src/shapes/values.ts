import { plainLine } from '@marketops/contracts';
import { z } from 'zod';

/*
 * What every shape is made of. A shape says what this package reads of GitHub's answers, and what it makes of it. Fields
 * that GitHub adds are ignored; one that is missing or of another type is `invalid_response`. Ids stay below 2^53:
 * beyond that JSON.parse would round them.
 */

export const Id = z.int().positive();
export const Time = z.string().max(40);
/** One line, which people read in events and messages: no name that can be authorized has a character that is changed here. */
export const Line = z
  .string()
  .max(1_000)
  .transform((text) => plainLine(text, '\ufffd'));
export const Name = z
  .string()
  .min(1)
  .max(1_000)
  .transform((text) => plainLine(text, '\ufffd'));
/** For people to open; nothing here ever requests it. Empty where it is no plain web address. */
export const Link = z.string().max(4_000).transform(webAddress);
export const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

/** Somebody's login, or null for an account that is gone. */
export const Login = z
  .object({ login: Name.nullish() })
  .nullish()
  .transform((user) => user?.login ?? null);

/** ASCII throughout, since that is how `URL` writes it. One with credentials in it shows another host than it opens. */
function webAddress(text: string): string {
  if (!URL.canParse(text)) return '';
  const { protocol, username, password, href } = new URL(text);
  const isPlain = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  return isPlain ? href : '';
}
