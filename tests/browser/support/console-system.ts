import type { Browser, Page } from 'playwright-core';
import { commandsOf } from '../../support/command.js';
import { type TemporaryConsole, temporaryConsole } from '../../support/console.js';
import { openChromium } from './chromium.js';
import { openStrictPage, type StrictPage, type StrictPageOptions } from './strict-page.js';

type Role = Parameters<TemporaryConsole['key']>[1][number];
type PageOptions = Omit<StrictPageOptions, 'origin'>;

/** A whole system with the console as a process of its own, and a Chromium to look at it. */
export interface ConsoleSystem extends TemporaryConsole {
  readonly marketops: ReturnType<typeof commandsOf>;
  /** A page that shares nothing with the others, signed in through the form with a key of that principal. */
  signedIn(principal: string, roles: readonly Role[], options?: PageOptions): Promise<StrictPage>;
  /** The same where nobody is signed in. */
  open(options?: PageOptions): Promise<StrictPage>;
}

export async function consoleSystem(config?: Parameters<typeof temporaryConsole>[0]): Promise<ConsoleSystem> {
  const the = await temporaryConsole(config);
  let browser: Browser;
  try {
    browser = await openChromium();
  } catch (fault) {
    await the.close();
    throw fault;
  }
  const open = (options: PageOptions = {}) => openStrictPage(browser, { origin: the.url, ...options });
  return {
    ...the,
    open,
    marketops: commandsOf(the.system),
    async signedIn(principal, roles, options = {}) {
      // Before it is signed in, the page asks who is.
      const strict = await open({ ...options, refusals: [401, ...(options.refusals ?? [])] });
      await signIn(strict.page, the.key(principal, roles, 'all'));
      return strict;
    },
    async close() {
      await browser.close();
      await the.close();
    },
  };
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.goto('/runs');
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
}
