import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import { openChromium } from './chromium.js';

const signing = fileURLToPath(
  new URL('../../../services/console/web/src/signing/index.ts', import.meta.url).href.replace('/dist/', '/'),
);

/** The console's signing code as a browser gets it, and nothing else. */
async function bundle(): Promise<string> {
  const entry = 'virtual:signing-page';
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: entry,
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) =>
          id === `\0${entry}`
            ? `import * as signing from ${JSON.stringify(signing)};
import { webCrypto } from '@marketops/proof/web';
Object.assign(globalThis, { signing, webCrypto });`
            : undefined,
      },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: entry } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined;
  if (chunk === undefined) throw new Error('vite built nothing');
  return chunk.code;
}

export interface SigningPage {
  /** `http://localhost:<port>`: for passkeys browsers take no address. */
  readonly origin: string;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly authenticatorId: string;
  /** Runs an expression in the page, with `signing`, `webCrypto` and the arguments by name. */
  run(expression: string, given?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Has the authenticator know, or not know, who uses it. */
  verifyUser(isVerified: boolean): Promise<void>;
}

export interface SigningBrowser {
  /** A page of an origin of its own, sharing nothing with the others but the authenticator it is given. */
  open(): Promise<SigningPage>;
  close(): Promise<void>;
}

/** Starts Chromium, and serves the signing code under as strict a policy as the console's. */
export async function openSigningBrowser(): Promise<SigningBrowser> {
  const script = await bundle();
  const browser = await openChromium();
  const servers: { close(): void }[] = [];
  const contexts: BrowserContext[] = [];

  const serve = async (): Promise<string> => {
    const server = createServer((request, response) => {
      response.setHeader('content-security-policy', "default-src 'self'");
      if (request.url === '/signing.js') response.setHeader('content-type', 'text/javascript').end(script);
      else
        response
          .setHeader('content-type', 'text/html; charset=utf-8')
          .end('<!doctype html><title>Signing</title><script type="module" src="/signing.js"></script>');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return `http://localhost:${(server.address() as AddressInfo).port}`;
  };

  const open = async (): Promise<SigningPage> => {
    const origin = await serve();
    const context = await browser.newContext();
    contexts.push(context);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    await page.goto(origin);
    await page.waitForFunction('globalThis.signing !== undefined');
    return {
      ...{ origin, page, cdp, authenticatorId },
      run: (expression, given = {}) =>
        page.evaluate(
          `(async ({ ${Object.keys(given).join(', ')} }) => (${expression}))(${JSON.stringify(given)})`,
        ),
      verifyUser: async (isUserVerified) => {
        await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
      },
    };
  };
  return {
    open,
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      for (const server of servers) server.close();
    },
  };
}
