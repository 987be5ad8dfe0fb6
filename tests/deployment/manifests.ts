import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const base = join(root, 'infra/kubernetes/base');

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface KubernetesContainer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly [probe: string]: unknown;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
}

export interface PodSpec {
  readonly containers: readonly KubernetesContainer[];
  readonly initContainers?: readonly KubernetesContainer[];
  readonly volumes: readonly Volume[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly terminationGracePeriodSeconds: number;
  readonly [key: string]: unknown;
}

/** One object of Kubernetes: what of it is looked at here. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>> & {
    readonly replicas?: number;
    readonly template?: { readonly spec: PodSpec; readonly metadata: { readonly labels: unknown } };
    readonly accessModes?: readonly string[];
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newName?: string; readonly newTag?: string }[];
}

/**
 * All that a kustomization of plain resources leads to, with the images named as it says. What else Kustomize can do our own do not use, but for
 * components, which are not looked at here.
 */
export function manifestsOf(folder: string): Manifest[] {
  const { resources, images = [] } = documentsIn(join(folder, 'kustomization.yaml'))[0] as Kustomization;
  const found = resources.flatMap((name) => {
    const path = join(folder, name);
    return existsSync(join(path, 'kustomization.yaml'))
      ? manifestsOf(path)
      : (documentsIn(path) as Manifest[]);
  });
  return found.map((manifest) => withImages(manifest, images) as Manifest);
}

/** Every document of a file, with a fault for what is not quite YAML. */
function documentsIn(path: string): unknown[] {
  return parseAllDocuments(readFileSync(path, 'utf8'), { uniqueKeys: true, strict: true }).flatMap(
    (document) => {
      const [fault] = [...document.errors, ...document.warnings];
      if (fault !== undefined) throw new RangeError(`${path}: ${fault.message}`);
      const value: unknown = document.toJS();
      return value === null ? [] : [value];
    },
  );
}

function withImages(value: unknown, images: NonNullable<Kustomization['images']>): unknown {
  if (Array.isArray(value)) return value.map((each) => withImages(each, images));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === 'image' && typeof each === 'string' ? imageFrom(each, images) : withImages(each, images),
    ]),
  );
}

function imageFrom(image: string, images: NonNullable<Kustomization['images']>): string {
  const [name = '', tag = ''] = image.split(':');
  const named = images.find((one) => one.name === name);
  if (named === undefined) return image;
  return [named.newName ?? name, named.newTag ?? tag].filter((part) => part !== '').join(':');
}

export const fileAt = (path: string): string => readFileSync(join(root, path), 'utf8');
export const named = (all: readonly Manifest[], kind: string, name: string): Manifest => {
  const one = all.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (one === undefined) throw new RangeError(`there is no ${kind} ${name} (${dirname(base)})`);
  return one;
};
/** The Deployments and StatefulSets. */
export const workloadsOf = (all: readonly Manifest[]): Manifest[] =>
  all.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
export function podOf({ metadata, spec }: Manifest): PodSpec {
  if (spec?.template === undefined) throw new RangeError(`${metadata.name} has no pods`);
  return spec.template.spec;
}
export function mainContainerOf(workload: Manifest): KubernetesContainer {
  const [container] = podOf(workload).containers;
  if (container === undefined) throw new RangeError(`${workload.metadata.name} has no container`);
  return container;
}
