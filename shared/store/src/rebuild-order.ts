import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * How a person has a Redis made anew from the ledger: by a file in the ledger's folder. Not by a job, for whoever can write
 * Redis could add that; and it is still there when the ledger, or its machine, dies in the middle.
 */
export interface RebuildOrder {
  readonly id: string;
  /** UTC, milliseconds. */
  readonly ordered_at: string;
}

/** How far the ledger is with an order. */
export interface RebuildReport {
  readonly order_id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly at: string;
  /** The one in force afterwards; while it runs, the one before. */
  readonly epoch: number;
  readonly partitions: number;
  readonly streams: number;
  readonly events: number;
  readonly open_runs: number;
  /** Appends that had been made on lost data. */
  readonly cut: number;
  /** Why it failed; empty otherwise. */
  readonly message: string;
}

const bytesMax = 65_536;
const orderPath = (ledgerDir: string): string => join(ledgerDir, 'rebuild-order.json');
const reportPath = (ledgerDir: string): string => join(ledgerDir, 'rebuild-report.json');

/** @param ledgerDir `<dataDir>/ledger`; whoever may write there may order it */
export const orderRebuild = (ledgerDir: string, order: RebuildOrder): Promise<void> =>
  writeDurably(orderPath(ledgerDir), order);

/** Undefined where there is none, or none that can be read. */
export async function readRebuildOrder(ledgerDir: string): Promise<RebuildOrder | undefined> {
  const { id, ordered_at } = await readObject(orderPath(ledgerDir));
  return typeof id === 'string' && typeof ordered_at === 'string' ? { id, ordered_at } : undefined;
}

/** The order has been carried out, or cannot be. */
export const dropRebuildOrder = (ledgerDir: string): Promise<void> =>
  rm(orderPath(ledgerDir), { force: true });

export const reportRebuild = (ledgerDir: string, report: RebuildReport): Promise<void> =>
  writeDurably(reportPath(ledgerDir), report);

const states: readonly unknown[] = ['running', 'done', 'failed'];
const counts = ['epoch', 'partitions', 'streams', 'events', 'open_runs', 'cut'] as const;
const texts = ['order_id', 'at', 'message'] as const;

/** Undefined where there is none, or none that can be read. */
export async function readRebuildReport(ledgerDir: string): Promise<RebuildReport | undefined> {
  const found = await readObject(reportPath(ledgerDir));
  const isReport =
    states.includes(found['state']) &&
    texts.every((name) => typeof found[name] === 'string') &&
    counts.every((name) => Number.isSafeInteger(found[name]));
  return isReport ? (found as unknown as RebuildReport) : undefined;
}

async function readObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    if ((await stat(path)).size > bytesMax) return {};
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whole or not at all, also after a power cut. */
async function writeDurably(path: string, value: object): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  const file = await open(draft, 'w', 0o640);
  try {
    await file.writeFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}
