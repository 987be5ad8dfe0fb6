import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const engine = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const telemetry = fileURLToPath(new URL('../../dist/telemetry/telemetry.js', import.meta.url));

/** In a process of its own: which packages are loaded once the engine is, and its telemetry has been opened. */
async function loadedWith(env: Readonly<Record<string, string>>, scrapable: boolean): Promise<string[]> {
  const program = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(engine)});
    const { openTelemetry } = await import(${JSON.stringify(telemetry)});
    const log = { warn: () => undefined };
    const clock = { nowMs: () => Date.now(), sleep: () => Promise.resolve() };
    await openTelemetry({ service: 'planner', scrapable: ${scrapable}, env: process.env, log, clock });
    const loaded = Object.keys(createRequire(import.meta.url).cache).join('\\n');
    const found = [...loaded.matchAll(/node_modules.(@opentelemetry.[a-z-]+|bullmq-otel|prom-client)/g)];
    process.stdout.write(JSON.stringify([...new Set(found.map(([, name]) => name))]));
    process.exit(0);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: 30_000,
  });
  return (JSON.parse(stdout) as string[]).sort();
}

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };

describe('telemetry that nobody asked for', () => {
  it('given no endpoint and no port, then not a line of it is loaded', async () => {
    expect(await loadedWith({}, false)).toEqual([]);
    expect(await loadedWith({ ...endpoint, OTEL_SDK_DISABLED: 'true' }, false)).toEqual([]);
  });

  it('given a port for health, then metrics are; given an endpoint, then traces are', async () => {
    // The interface alone, which prom-client asks for exemplars.
    expect(await loadedWith({}, true)).toEqual(['@opentelemetry/api', 'prom-client']);
    const traced = await loadedWith(endpoint, false);
    expect(traced).toEqual(expect.arrayContaining(['@opentelemetry/sdk-trace-node', 'bullmq-otel']));
    expect(traced).not.toContain('prom-client');
  });
});
