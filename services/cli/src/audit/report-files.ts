import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { asDiskError, makeFolder, replaceFile, writeNewFile } from '@marketops/engine';
import { CliError } from '../errors.js';
import { auditJson, auditMarkdown } from './report.js';
import type { AuditResult } from './run-audit.js';

/** Where a report goes to, known to be free and to take files. */
export interface ReportFiles {
  readonly paths: readonly string[];
  /** Each as a whole or not at all. @throws CliError `report_exists`; DiskError */
  write(result: AuditResult): void;
}

/**
 * Looks before anything is started: a report that cannot be written is no reason to have waited.
 * @param named a file, which ends in .json or .md and says in that what it is to be; else a folder for both
 * @throws CliError `report_exists` where one is there and may not be replaced; DiskError
 */
export function reportFiles(named: string, force: boolean): ReportFiles {
  const path = resolve(named);
  const isFile = /\.(json|md)$/.test(basename(path));
  const folder = isFile ? dirname(path) : path;
  const paths = isFile ? [path] : ['audit.json', 'audit.md'].map((name) => join(folder, name));
  const present = paths.find((one) => existsSync(one));
  if (present !== undefined && !force) throw reportExists(present);
  makeFolder(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (fault) {
    throw asDiskError(fault, paths[0] ?? folder);
  }
  return {
    paths,
    write(result) {
      for (const one of paths) {
        const text = one.endsWith('.json')
          ? `${JSON.stringify(auditJson(result), null, 2)}\n`
          : auditMarkdown(result);
        if (force) replaceFile(one, text, 0o644);
        else if (!writeNewFile(one, text, 0o644)) throw reportExists(one);
      }
    },
  };
}

const reportExists = (path: string): CliError =>
  new CliError('report_exists', `${path} is there already`, {
    next: 'Name another file or folder with --output, or replace it with --force.',
  });
