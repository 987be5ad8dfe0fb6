import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Amendment } from './amendment.js';
import { nameOf, type Seal, type SealDefinition } from './seal.js';

/** Where seals and their amendments stand, from the root. */
export const milestones = 'docs/milestones';
export const sealPath = (seal: Pick<Seal, 'seal' | 'version'>): string =>
  `${milestones}/${nameOf(seal)}.json`;
export const amendmentsPath = (seal: Pick<Seal, 'seal' | 'version'>): string =>
  `${milestones}/${nameOf(seal)}.amendments.jsonl`;

const bytesMax = 8 * 1_048_576;

/** A file of a seal that is not what such a file is. */
export class SealFileError extends Error {}

function read(root: string, path: string): string | undefined {
  const file = join(root, path);
  if (!existsSync(file)) return undefined;
  if (statSync(file).size > bytesMax) throw new SealFileError(`${path} is larger than ${bytesMax} bytes`);
  return readFileSync(file, 'utf8');
}

/** @throws SealFileError; undefined where there is no such file */
export function readSeal(root: string, definition: SealDefinition): Seal | undefined {
  const path = sealPath(definition);
  const text = read(root, path);
  if (text === undefined) return undefined;
  const seal = parsed(text, path);
  if (!isRecord(seal) || !isRecord(seal['laws']) || !Object.values(seal['laws']).every(isSealedLaw))
    throw new SealFileError(`${path} is no seal`);
  return seal as unknown as Seal;
}

/** In the order they were made. @throws SealFileError */
export function readAmendments(root: string, definition: SealDefinition): readonly Amendment[] {
  const path = amendmentsPath(definition);
  const lines = (read(root, path) ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const amendment = parsed(line, `${path}, line ${index + 1},`);
    const isOne =
      isRecord(amendment) &&
      [amendment['at'], amendment['by'], amendment['why'], amendment['previous']].every(isText) &&
      isRecord(amendment['laws']) &&
      Object.values(amendment['laws']).every(isLawChange);
    if (!isOne) throw new SealFileError(`${path}, line ${index + 1}, is no amendment`);
    return amendment as unknown as Amendment;
  });
}

export function writeSeal(root: string, seal: Seal): void {
  mkdirSync(join(root, milestones), { recursive: true });
  const flag = { flag: 'wx' } as const;
  writeFileSync(join(root, sealPath(seal)), `${JSON.stringify(seal, null, 2)}\n`, flag);
  writeFileSync(join(root, amendmentsPath(seal)), '', flag);
}

export function appendAmendment(root: string, definition: SealDefinition, amendment: Amendment): void {
  appendFileSync(join(root, amendmentsPath(definition)), `${JSON.stringify(amendment)}\n`);
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SealFileError(`${what} is not JSON`);
  }
}

type Json = Readonly<Record<string, unknown>>;
const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown, isOne: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);
const hasTexts = (value: unknown, ...fields: readonly string[]): value is Json =>
  isRecord(value) && fields.every((field) => isText(value[field]));
const isTest = (value: unknown) => hasTexts(value, 'file', 'test', 'digest');
const isSealedLaw = (value: unknown) =>
  hasTexts(value, 'sentence', 'digest') && isList(value['tests'], isTest);
const isLawChange = (value: unknown) =>
  hasTexts(value, 'before', 'after') &&
  isList(value['added'], isTest) &&
  isList(value['removed'], isTest) &&
  isList(value['changed'], (one) => hasTexts(one, 'file', 'test', 'before', 'after')) &&
  (value['sentence'] === undefined || hasTexts(value['sentence'], 'before', 'after'));
