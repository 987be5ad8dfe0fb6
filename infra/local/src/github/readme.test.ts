import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { controls } from './control/controls.js';
import { faultKinds } from './faults/faults.js';
import { gitHubLimits } from './limits/options.js';
import { routes } from './routes.js';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const routeNames = routes.map(({ method, template }) => {
  const short = template.replace(/^\/repos\/\{owner\}\/\{repo\}(?=\/)(?!\/installation)/, '…');
  return `${method} ${short.replace('*}', '}')}`;
});

describe('the README', () => {
  it.each([...Object.keys(controls), ...faultKinds, ...routeNames])('tells of %s', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  it.each(Object.entries(gitHubLimits))('has the default of %s: %s', (name, value) => {
    expect(readme).toContain(`"${name}"?: ${value}`);
  });
});
