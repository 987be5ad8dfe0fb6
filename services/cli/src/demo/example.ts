import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { artifactsFolder } from '../config-text.js';
import { tarOf } from './tar.js';

/** A release as somebody might make it: a plan, its notes, an archive and its checksum. */
export interface Example {
  readonly planPath: string;
  readonly notes: string;
  /** Name → SHA-256 of the bytes on disk. */
  readonly assets: ReadonlyMap<string, string>;
}

const notes = `# Widgets 1.4.0

- Rounder widgets.
- The corner that caught sleeves is gone.
`;

const plan = `# What is asked for: a tag, then a release with two assets, then a pull request that announces it.
# A dry run unless somebody says --mode prod. Paths begin where this file is.
tenant_id: acme
repository: acme/widgets
operations:
  - id: tag
    kind: tag_repo
    tag_name: v1.4.0
    target: main # resolved to a commit when planned, pinned from then on
    message: Widgets 1.4.0
  - id: release
    kind: publish_release
    depends_on: [tag]
    tag_name: v1.4.0
    release_name: Widgets 1.4.0
    body_file: notes.md
    assets:
      - { path: dist/widgets-1.4.0.tgz, content_type: application/gzip }
      - { path: dist/SHA256SUMS, content_type: text/plain }
  - id: announce
    kind: open_pr
    depends_on: [release]
    repository: acme/website # overrides the plan's
    head: release-1.4.0
    base: main
    title: Announce Widgets 1.4.0
    body: See the release.
`;

/** Writes the example below the principal's artifacts folder. */
export function writeExample(dir: string): Example {
  const folder = join(dir, artifactsFolder);
  mkdirSync(join(folder, 'dist'), { recursive: true });
  const archive = gzipSync(
    tarOf({ 'widgets-1.4.0/widget.js': 'export const radius = 1.4;\n', 'widgets-1.4.0/README.md': notes }),
  );
  const archiveHash = sha256(archive);
  const sums = `${archiveHash}  widgets-1.4.0.tgz\n`;
  writeFileSync(join(folder, 'dist', 'widgets-1.4.0.tgz'), archive);
  writeFileSync(join(folder, 'dist', 'SHA256SUMS'), sums);
  writeFileSync(join(folder, 'notes.md'), notes);
  const planPath = join(folder, 'plan.yml');
  writeFileSync(planPath, plan);
  const assets = new Map([
    ['widgets-1.4.0.tgz', archiveHash],
    ['SHA256SUMS', sha256(sums)],
  ]);
  return { planPath, notes, assets };
}

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
