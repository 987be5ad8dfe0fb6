import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const sources = fileURLToPath(new URL('../../services/console/web/src', import.meta.url));

/** What runs in somebody's browser: of ours, what is made to run there. */
const ours = /^@marketops\/(?:client|contracts|proof(?:\/web)?|verifier(?:\/plain-text|\/http)?)$/;
const packages = /^(?:react|react-dom|@tanstack\/|zod(?:$|\/))/;

const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|(?:^|\/)testing\//.test(name))
  .map((name) => ({ name, text: readFileSync(join(sources, name), 'utf8') }));

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);

it('the page in the browser imports nothing of ours but what is made for browsers, and no module of Node', () => {
  expect(files.length).toBeGreaterThan(50);
  const imported = files.flatMap(({ name, text }) => importsOf(text).map((module) => ({ name, module })));
  expect(imported.length).toBeGreaterThan(200);
  const wrong = imported.filter(
    ({ module }) => !module.startsWith('.') && !ours.test(module) && !packages.test(module),
  );
  expect(wrong).toEqual([]);
});

it('the page writes what it is told as text alone, and runs none of it', () => {
  const markup =
    /dangerouslySetInnerHTML|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(/;
  expect(
    files.filter(({ text }) => markup.test(text.replaceAll(/\/\*[\s\S]*?\*\//g, ''))).map(({ name }) => name),
  ).toEqual([]);
});
