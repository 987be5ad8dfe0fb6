import { Option } from 'commander';
import { keyOptions } from './approve.js';

/** Whose key signs, and why: the flags of every order of an operator. */
export interface OrderFlags {
  readonly reason: string;
  readonly key?: string;
  readonly as?: string;
}

export const orderOptions = (): Option[] => [
  new Option('--reason <text>', 'why; it is recorded').makeOptionMandatory(),
  ...keyOptions(),
];

/** Which scope a freeze is about; none of them means everything. */
export const scopeOptions = (): Option[] => [
  new Option('--tenant <id>', 'one tenant'),
  new Option('--account <name>', 'one account'),
  new Option('--repository <owner/name>', 'one repository'),
];
