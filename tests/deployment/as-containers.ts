import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compose, Container } from '../docker/compose.js';
import {
  type KubernetesContainer,
  type Manifest,
  mainContainerOf,
  named,
  podOf,
  root,
  type Volume,
  workloadsOf,
} from './manifests.js';

/**
 * Rendered manifests as containers with mounts from folders of this machine, so that the tests of docker-compose.yml can start them: claims are
 * folders that all pods share, ConfigMaps and Secrets are laid out as Kubernetes lays them out, and what runs before a container has run.
 */
export function asContainers(all: readonly Manifest[], parent: string): Compose {
  const services = Object.fromEntries(
    workloadsOf(all).map((workload) => [workload.metadata.name, containerFrom(all, workload, parent)]),
  );
  return { services, secrets: {}, networks: {} };
}

function containerFrom(all: readonly Manifest[], workload: Manifest, parent: string): Container {
  const { name } = workload.metadata;
  const pod = podOf(workload);
  const places = new Map(
    pod.volumes.map((volume) => [volume.name, placeOf(all, volume, parent, `${name}-${volume.name}`)]),
  );
  for (const container of pod.initContainers ?? []) runBefore(container, places);
  const { image, command, env = [], volumeMounts, readinessProbe } = mainContainerOf(workload);
  return {
    ...{ image, command, networks: [] },
    environment: Object.fromEntries(env.map(({ name: variable, value }) => [variable, value])),
    healthcheck: { test: ['CMD', ...(readinessProbe as { exec: { command: string[] } }).exec.command] },
    volumes: volumeMounts.map(({ name: volume, mountPath, subPath, readOnly }) => {
      const source = join(places.get(volume) ?? '', subPath ?? '');
      return { type: 'bind', source, target: mountPath, read_only: readOnly === true };
    }),
  };
}

/** The folder that stands for a volume. */
function placeOf(all: readonly Manifest[], volume: Volume, parent: string, ownName: string): string {
  const { configMap, secret, persistentVolumeClaim: claim } = volume;
  if (claim !== undefined) {
    const path = join(parent, 'claims', claim.claimName);
    mkdirSync(path, { recursive: true });
    return path;
  }
  const path = join(parent, 'pods', ownName);
  mkdirSync(path, { recursive: true });
  // An emptyDir is everybody's.
  if (volume.emptyDir !== undefined) chmodSync(path, 0o777);
  if (configMap !== undefined) layOut(path, named(all, 'ConfigMap', configMap.name).data ?? {}, 0o644);
  if (secret !== undefined)
    // As Kubernetes does it where a pod has an fsGroup: the group may read it, whatever the default mode.
    layOut(path, named(all, 'Secret', secret.secretName).stringData ?? {}, 0o440);
  return path;
}

/** A folder of the version, a link to it, and for each file a link through that. */
function layOut(path: string, files: Readonly<Record<string, string>>, mode: number): void {
  const versionName = `..${Date.now()}`;
  mkdirSync(join(path, versionName));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, versionName, name), text, { mode });
    symlinkSync(join('..data', name), join(path, name));
  }
  symlinkSync(versionName, join(path, '..data.new'));
  renameSync(join(path, '..data.new'), join(path, '..data'));
}

/** Runs an init container’s own command, with what it is mounted in the place of the paths it names. */
function runBefore(container: KubernetesContainer, places: ReadonlyMap<string, string>): void {
  const [program, ...words] = container.command;
  if (program !== 'node' && program !== 'mkdir') throw new RangeError(`${container.name} runs ${program}`);
  const args = words.map((word) => {
    const mount = container.volumeMounts.find(
      ({ mountPath }) => word === mountPath || word.startsWith(`${mountPath}/`),
    );
    return mount === undefined
      ? word
      : `${places.get(mount.name) ?? ''}${word.slice(mount.mountPath.length)}`;
  });
  execFileSync(program === 'node' ? process.execPath : '/bin/mkdir', args, {
    cwd: root,
    env: {},
    timeout: 30_000,
    stdio: 'pipe',
  });
}
