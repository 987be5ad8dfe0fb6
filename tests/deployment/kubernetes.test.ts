import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { serviceEnvironment } from '@marketops/cli';
import { keysOfService, loadSettings } from '@marketops/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { unknownKeys } from './known-keys.js';
import {
  base,
  fileAt,
  type Manifest,
  mainContainerOf,
  manifestsOf,
  named,
  podOf,
  root,
  workloadsOf,
} from './manifests.js';
import { prepare, prepared } from './prepared.js';

const cluster = manifestsOf(base);
const services = ['ledger', 'planner', 'federation', 'publisher'] as const;
const workloads = workloadsOf(cluster);
const nameOf = ({ metadata }: Manifest): string => metadata.name;
const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
const partOf = (name: string) => ({
  'app.kubernetes.io/part-of': 'marketops',
  'app.kubernetes.io/name': name,
});
const dataDir = '/var/lib/marketops';
const { version } = JSON.parse(fileAt('package.json')) as { version: string };
const kindOf = (name: string): string => (name === 'ledger' ? 'StatefulSet' : 'Deployment');

let the: ReturnType<typeof prepared>;
beforeAll(() => {
  the = prepared();
}, 120_000);
afterAll(() => the.remove());

describe('infra/kubernetes/base', () => {
  it('names every file beside it, and every key is one that Kubernetes knows', () => {
    const text = readFileSync(join(base, 'kustomization.yaml'), 'utf8');
    for (const name of readdirSync(base).filter((each) => each !== 'kustomization.yaml'))
      expect(text).toContain(`  - ${name}\n`);
    expect(cluster.flatMap((manifest) => unknownKeys(manifest))).toEqual([]);
    const ids = cluster.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.skipIf(!onPath('kubectl'))('is to Kustomize what it is to these tests', () => {
    const text = execFileSync('kubectl', ['kustomize', base], { encoding: 'utf8', timeout: 30_000 });
    const theirs = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    const places = (all: readonly Manifest[]) =>
      new Map(all.map((each) => [`${each.kind} ${nameOf(each)}`, each]));
    const ours = places(cluster);
    expect([...places(theirs).keys()].sort()).toEqual([...ours.keys()].sort());
    for (const each of theirs) {
      const { data, spec } = ours.get(`${each.kind} ${nameOf(each)}`) ?? {};
      expect({ spec: each.spec, data: each.data }, nameOf(each)).toEqual({ spec, data });
    }
  });

  it('F4: confines every container: no root, no capability, a root file system that cannot be written, no word to the cluster', () => {
    expect(workloads.map(nameOf).sort()).toEqual([...services, 'console', 'redis'].sort());
    for (const workload of workloads) {
      const pod = podOf(workload);
      expect(pod, nameOf(workload)).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(Number(pod.securityContext['runAsUser'])).toBeGreaterThan(0);
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container.securityContext, container.name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory']);
        expect(Object.keys(container.resources.limits)).toEqual(['memory']);
      }
    }
    expect(named(cluster, 'Namespace', 'marketops').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  it('F4: gives each service its own secret and nobody else’s, and lets each write only its own data', () => {
    const writers: Record<string, string[]> = {};
    for (const workload of workloads) {
      const pod = podOf(workload);
      const secrets = pod.volumes.flatMap(({ secret }) => (secret === undefined ? [] : [secret.secretName]));
      expect(secrets).toEqual([`marketops-${nameOf(workload)}`]);
      for (const { name, persistentVolumeClaim: claim } of pod.volumes) {
        if (claim === undefined) continue;
        named(cluster, 'PersistentVolumeClaim', claim.claimName);
        const mounts = pod.containers.flatMap(({ volumeMounts }) =>
          volumeMounts.filter((one) => one.name === name),
        );
        if (mounts.some(({ readOnly }) => readOnly !== true))
          writers[claim.claimName] = [...(writers[claim.claimName] ?? []), nameOf(workload)];
      }
    }
    expect(writers).toEqual({
      'marketops-redis': ['redis'],
      // The console in the index alone: the journal is mounted read-only over it.
      'marketops-ledger': ['ledger', 'console'],
      'marketops-console': ['console'],
      'marketops-blobs': ['planner'],
      'marketops-blob-keys': ['planner'],
      'marketops-publisher': ['publisher'],
    });
  });

  it('X3: gives each service the environment that `marketops dev` gives it, with the secrets as files', () => {
    for (const name of [...services, 'console'] as const) {
      const keys = `${dataDir}/keys/${name}`;
      const inDev = serviceEnvironment(
        name,
        {
          configPath: '/etc/marketops/marketops.yml',
          dataDir,
          redisUrl: 'redis://redis:6379',
          redisUsers: true,
          github: {
            apiUrl: '',
            uploadUrl: '',
            readToken: { file: `${keys}/github-read-token` },
            writeToken: { file: `${keys}/github-token` },
          },
        },
        { MARKETOPS_LOG_LEVEL: 'info', MARKETOPS_CONSOLE_HOST: '0.0.0.0', MARKETOPS_CONSOLE_PORT: '8080' },
      );
      const { env = [], command } = mainContainerOf(named(cluster, kindOf(name), name));
      const here = Object.fromEntries(env.map(({ name: variable, value }) => [variable, value]));
      // Where GitHub is says marketops.yml.
      const given = Object.entries(inDev).filter(([, value]) => value !== '');
      expect(here, name).toEqual({
        ...Object.fromEntries(given),
        MARKETOPS_HEALTH_HOST: '0.0.0.0',
        MARKETOPS_HEALTH_PORT: '8081',
      });
      expect(existsSync(join(root, 'services', name, 'src/main.ts'))).toBe(true);
      expect(command.at(-1)).toBe(`services/${name}/dist/main.js`);
    }
  });

  it('F4: shows the console the journal, which it cannot write, and listens where its Service leads', () => {
    const { env = [], volumeMounts } = mainContainerOf(named(cluster, 'Deployment', 'console'));
    const mounted = volumeMounts.filter(({ name }) => name === 'ledger');
    expect(mounted.map(({ mountPath, readOnly, subPath }) => ({ mountPath, readOnly, subPath }))).toEqual([
      { mountPath: `${dataDir}/ledger`, readOnly: true },
      { mountPath: `${dataDir}/ledger/index`, subPath: 'index' },
    ]);
    const address = env.filter(({ name }) => name.startsWith('MARKETOPS_CONSOLE_'));
    const { console } = loadSettings(
      join(the.dir, 'marketops.yml'),
      Object.fromEntries(address.map(({ name, value }) => [name, value])),
    ).config;
    expect(console).toMatchObject({ host: '0.0.0.0', port: 8_080 });
    expect(env).not.toContainEqual({ name: 'MARKETOPS_HEALTH_PORT', value: '8080' });
    expect(named(cluster, 'Service', 'console').spec).toMatchObject({
      ports: [{ port: 8_080, targetPort: 'http' }],
    });
  });

  it('stops no worker before it can have finished, and takes away one of each at a time', () => {
    const { timing } = loadSettings(join(the.dir, 'marketops.yml'), {}).config;
    for (const workload of workloads) {
      const graceMs = podOf(workload).terminationGracePeriodSeconds * 1_000;
      expect(graceMs).toBeGreaterThan(timing.lease_ms + timing.request_timeout_ms + 2_000);
    }
    for (const name of services) {
      expect(named(cluster, 'PodDisruptionBudget', name).spec).toEqual({
        maxUnavailable: 1,
        selector: { matchLabels: partOf(name) },
      });
      expect(named(cluster, kindOf(name), name).spec?.replicas).toBeGreaterThan(1);
    }
  });

  it('selects its own pods, everywhere a label is asked for', () => {
    for (const workload of workloads) {
      const labels = partOf(nameOf(workload));
      expect(workload.spec).toMatchObject({
        selector: { matchLabels: labels },
        template: { metadata: { labels } },
      });
    }
    for (const { spec } of cluster.filter(({ kind }) => kind === 'Service'))
      expect(workloads.map((workload) => partOf(nameOf(workload)))).toContainEqual(spec?.['selector']);
  });

  it('F4: lets planner and publisher reach the outside, and nobody else; Redis is reached by the services', () => {
    const policies = cluster.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(named(policies, 'NetworkPolicy', 'nobody').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    const outside = policies.filter(({ spec }) => JSON.stringify(spec).includes('ipBlock'));
    expect(outside.map(nameOf)).toEqual(['to-github']);
    expect(outside[0]?.spec).toMatchObject({
      podSelector: {
        matchExpressions: [
          { key: 'app.kubernetes.io/name', operator: 'In', values: ['planner', 'publisher'] },
        ],
      },
      egress: [{ ports: [{ protocol: 'TCP', port: 443 }] }],
    });
  });

  it('has the Redis of docker-compose.yml: its settings, its command, its image', () => {
    expect(named(cluster, 'ConfigMap', 'marketops-redis').data).toEqual({
      'redis.conf': fileAt('infra/redis/redis.conf'),
    });
    const { image, command } = mainContainerOf(named(cluster, 'StatefulSet', 'redis'));
    const compose = fileAt('docker-compose.yml');
    expect(compose).toContain(`image: ${image}\n`);
    expect(compose).toContain(
      `command: [${command.join(', ').replace('/etc/redis-users/', '/etc/redis/')}]\n`,
    );
  });
});

describe('infra/kubernetes/prepare.mjs', () => {
  it('makes, of a folder of marketops init, all that the base names, each secret with its own keys', () => {
    const all = manifestsOf(join(the.dir, 'kubernetes'));
    const names = (kind: string) => all.filter((each) => each.kind === kind).map(nameOf);
    for (const { volumes } of workloadsOf(all).map(podOf)) {
      for (const { configMap, secret } of volumes) {
        if (configMap !== undefined) expect(names('ConfigMap')).toContain(configMap.name);
        if (secret !== undefined) expect(names('Secret')).toContain(secret.secretName);
      }
    }
    expect(all.flatMap((manifest) => unknownKeys(manifest))).toEqual([]);
    const tokens: Record<string, string[]> = { planner: ['github-read-token'], publisher: ['github-token'] };
    for (const name of [...services, 'console'] as const) {
      const files = (keysOfService[name] ?? []).map((file) => `${file}.json`);
      const held = Object.keys(named(all, 'Secret', `marketops-${name}`).stringData ?? {});
      expect(held.sort(), name).toEqual([...files, 'redis-password', ...(tokens[name] ?? [])].sort());
    }
    expect(statSync(join(the.dir, 'kubernetes/secrets.yaml')).mode & 0o077).toBe(0);
  });

  it.skipIf(!onPath('kubectl'))('is an overlay that Kustomize takes, also with all of it on one node', () => {
    const overlay = join(the.dir, 'kubernetes');
    const rendered = (): Manifest[] => {
      const text = execFileSync('kubectl', ['kustomize', overlay], { encoding: 'utf8', timeout: 30_000 });
      return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    };
    const images = new Set(workloadsOf(rendered()).map((workload) => mainContainerOf(workload).image));
    expect(images).toContain(`marketops:${version}`);

    const path = join(overlay, 'kustomization.yaml');
    const written = readFileSync(path, 'utf8');
    const withComponent = written
      .replace(/^# (components:)$/m, '$1')
      .replace(/^# {3}(- .*one-node)$/m, '  $1');
    expect(withComponent).not.toBe(written);
    writeFileSync(path, withComponent);
    const oneNode = rendered();
    writeFileSync(path, written);
    const claims = oneNode.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(new Set(claims.flatMap(({ spec }) => spec?.accessModes ?? []))).toEqual(
      new Set(['ReadWriteOnce']),
    );
    for (const workload of oneNode.filter(({ kind }) => kind === 'Deployment'))
      expect(JSON.stringify(podOf(workload)['affinity']), nameOf(workload)).toContain('"ledger"');
  });

  it('says what is missing where init has not been, and writes nothing', () => {
    const empty = mkdtempSync(join(tmpdir(), 'marketops-kubernetes-'));
    try {
      expect(() => prepare(empty)).toThrow(/Run marketops init/);
      expect(readdirSync(empty)).toEqual([]);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});
