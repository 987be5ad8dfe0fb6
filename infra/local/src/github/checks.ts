/* Small checks for what arrives as JSON. Each throws a TypeError that names the place and what is wrong there. */

export type Check = (value: unknown, path: string) => void;

const fail = (path: string, message: string): never => {
  throw new TypeError(`Seed: ${path} ${message}.`);
};

export const kind =
  (type: 'string' | 'boolean' | 'number'): Check =>
  (value, path) => {
    if (typeof value !== type) fail(path, `must be a ${type}`);
  };
export const text = kind('string');
export const flag = kind('boolean');

export const oneOf =
  (...choices: readonly string[]): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !choices.includes(value)) fail(path, `must be ${choices.join(' or ')}`);
  };

export const list =
  (item: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) fail(path, 'must be a list');
    else for (const [index, one] of value.entries()) item(one, `${path}[${index}]`);
  };

/** An object of which every key is known. Keys that end in `!` must be there. */
export const closed = (shape: Readonly<Record<string, Check>>): Check => {
  const checks = new Map(Object.entries(shape).map(([key, check]) => [key.replace('!', ''), check]));
  const required = Object.keys(shape).filter((key) => key.endsWith('!'));
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'must be an object');
    const entries = new Map(Object.entries(value ?? {}));
    for (const key of required) if (!entries.has(key.slice(0, -1))) fail(path, `lacks ${key.slice(0, -1)}`);
    for (const [key, one] of entries) {
      const check = checks.get(key);
      if (check === undefined) fail(path, `has an unknown key ${key}`);
      else check(one, `${path}.${key}`);
    }
  };
};

/** An object of any keys, each value of one kind. */
export const record =
  (item: Check): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'must be an object');
    for (const [key, one] of Object.entries(value ?? {})) item(one, `${path}.${key}`);
  };
