import type { Painted } from './in-browser.js';
import type { ConsoleResult } from './measure.js';
import type { Asked } from './over-http.js';

type Row = readonly [string, string];

const counted = (count: number): string => count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`;

/** The table people read. */
export function consoleTable(result: ConsoleResult): string {
  const { built, restart, memory } = result;
  const rows: readonly Row[] = [
    [
      'runs',
      `${counted(result.runs)} in ${counted(result.entries)} entries, ${mebibytes(result.journal_bytes)}`,
    ],
    [
      'index made from the journal',
      `${counted(built.entries_per_second)} entries/s; ${counted(built.entries_per_cpu_second)} by its CPU`,
    ],
    [
      'opened again',
      `${restart.open_ms} ms; ${restart.ready_ms} ms with a look at the journal, ${restart.cpu_ms} ms of CPU`,
    ],
    [
      'memory',
      `${mebibytes(memory.heap_bytes)} of heap, ${mebibytes(memory.outside_bytes)} outside; ${mebibytes(memory.resident_bytes)} resident, mapped files included`,
    ],
    ['on disk', mebibytes(result.disk_bytes)],
    ...result.searches.map(
      ({ what, found, p50_ms, p99_ms, cpu_p99_ms }): Row => [
        `index: ${what}`,
        `${p50_ms} ms, p99 ${p99_ms} ms, ${cpu_p99_ms} ms by its CPU (${counted(found)} found)`,
      ],
    ),
    ...wholeRows(result),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}   ${value}`).join('\n')}\n`;
}

function wholeRows({ whole }: ConsoleResult): Row[] {
  const { start, restart, load, http, browser = [] } = whole;
  return [
    [
      'its process, the first time',
      `listens after ${start.listening_ms} ms, knows every run after ${start.caught_up_ms} ms, ${start.cpu_ms} ms of CPU`,
    ],
    ['its process, again', `${restart.listening_ms} ms, ${restart.caught_up_ms} ms`],
    ['its memory', `${mebibytes(whole.resident_bytes)} resident, mapped files included`],
    ['load of the machine', `${load.http} over HTTP, ${load.browser} in the browser`],
    ...http.map(httpRow),
    ...browser.map(browserRow),
  ];
}

const httpRow = ({ what, p50_ms, p99_ms, found, bytes, per_second }: Asked): Row => [
  `HTTP: ${what}`,
  [
    `${p50_ms} ms, p99 ${p99_ms} ms`,
    `${counted(bytes)} bytes`,
    ...(found === null ? [] : [`${counted(found)} found`]),
    ...(per_second === null ? [] : [`${counted(per_second)} per second`]),
  ].join('; '),
];

const browserRow = ({ what, first_paint, content, bytes }: Painted): Row => [
  `browser: ${what}`,
  [
    ...(first_paint === null
      ? []
      : [`first paint ${first_paint.p50_ms} ms, at most ${first_paint.p99_ms} ms`]),
    `what one came for ${content.p50_ms} ms, at most ${content.p99_ms} ms`,
    `${counted(bytes)} bytes`,
  ].join('; '),
];
