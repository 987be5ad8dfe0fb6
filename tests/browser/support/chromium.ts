import { type Browser, chromium } from 'playwright-core';

/** The one Chromium that `npm run test:browser` found: `CHROMIUM_PATH`, or where Debian has it. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    // As root Chromium refuses to start with its sandbox.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
