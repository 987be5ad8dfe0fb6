import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));

interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly bind?: { readonly create_host_path?: boolean };
}

/** A container as docker-compose.yml describes it: what of it is looked at here. */
export interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly Mount[];
  readonly secrets?: readonly string[];
  readonly networks: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}

export interface Compose {
  readonly services: Readonly<Record<string, Container>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly [key: string]: unknown;
}

/** The four that do the work, by the names of their containers. */
export const workers = ['ledger', 'planner', 'federation', 'publisher'] as const;

/** docker-compose.yml as Compose would see it with these variables. @throws RangeError where a needed one is missing */
export function readCompose(variables: Readonly<Record<string, string>>): Compose {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return filledIn(parse(text, { merge: true, uniqueKeys: true }), variables) as Compose;
}

export function containerOf(compose: Compose, name: string): Container {
  const container = compose.services[name];
  if (container === undefined) throw new RangeError(`docker-compose.yml has no service ${name}`);
  return container;
}

/** The variables of a file like compose.env. */
export const readVariables = (path: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

function filledIn(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolated(value, variables);
  if (Array.isArray(value)) return value.map((each) => filledIn(each, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledIn(each, variables)]));
}

/** `${NAME}`, `${NAME:-otherwise}` and `${NAME:?what is missing}`, as Compose reads them; empty counts as unset. */
function interpolated(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name: string, form = '', rest = '') => {
    const value = variables[name] ?? '';
    if (value !== '') return value;
    if (form === '-') return rest;
    throw new RangeError(`${name} is not set${rest === '' ? '' : `: ${rest}`}`);
  });
}
