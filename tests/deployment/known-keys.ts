/** Which keys an object of Kubernetes may have, of those we use: a misspelt key would be a fence that is not there. `*` is any key. */
interface Keys {
  readonly [key: string]: Keys | true;
}

const selector: Keys = {
  matchLabels: { '*': true },
  matchExpressions: { key: true, operator: true, values: true },
};
const probe: Keys = {
  exec: { command: true },
  periodSeconds: true,
  timeoutSeconds: true,
  failureThreshold: true,
};
const container: Keys = {
  name: true,
  image: true,
  command: true,
  env: { name: true, value: true },
  ports: { name: true, containerPort: true },
  securityContext: {
    allowPrivilegeEscalation: true,
    readOnlyRootFilesystem: true,
    capabilities: { drop: true },
  },
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  resources: { requests: { cpu: true, memory: true }, limits: { memory: true } },
  volumeMounts: { name: true, mountPath: true, subPath: true, readOnly: true },
};
const pod: Keys = {
  terminationGracePeriodSeconds: true,
  automountServiceAccountToken: true,
  enableServiceLinks: true,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: true,
    runAsGroup: true,
    fsGroup: true,
    fsGroupChangePolicy: true,
    seccompProfile: { type: true },
  },
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { topologyKey: true, labelSelector: selector },
    },
  },
  topologySpreadConstraints: {
    maxSkew: true,
    topologyKey: true,
    whenUnsatisfiable: true,
    labelSelector: selector,
  },
  initContainers: container,
  containers: container,
  volumes: {
    name: true,
    configMap: { name: true },
    secret: { secretName: true, defaultMode: true },
    persistentVolumeClaim: { claimName: true, readOnly: true },
    emptyDir: { medium: true, sizeLimit: true },
  },
};
const head: Keys = {
  apiVersion: true,
  kind: true,
  metadata: { name: true, labels: { '*': true } },
};
const template: Keys = { metadata: { labels: { '*': true } }, spec: pod };
const ports: Keys = { protocol: true, port: true };
const peer: Keys = {
  podSelector: selector,
  namespaceSelector: selector,
  ipBlock: { cidr: true, except: true },
};

const kinds: Readonly<Record<string, Keys>> = {
  'v1 Namespace': head,
  'v1 ConfigMap': { ...head, data: { '*': true } },
  'v1 Secret': { ...head, type: true, stringData: { '*': true } },
  'v1 Service': {
    ...head,
    spec: { clusterIP: true, selector: { '*': true }, ports: { name: true, port: true, targetPort: true } },
  },
  'v1 PersistentVolumeClaim': {
    ...head,
    spec: { accessModes: true, resources: { requests: { storage: true } } },
  },
  'policy/v1 PodDisruptionBudget': { ...head, spec: { maxUnavailable: true, selector } },
  'networking.k8s.io/v1 NetworkPolicy': {
    ...head,
    spec: {
      podSelector: selector,
      policyTypes: true,
      ingress: { from: peer, ports },
      egress: { to: peer, ports },
    },
  },
  'apps/v1 Deployment': {
    ...head,
    spec: {
      replicas: true,
      strategy: { type: true, rollingUpdate: { maxUnavailable: true, maxSurge: true } },
      selector,
      template,
    },
  },
  'apps/v1 StatefulSet': {
    ...head,
    spec: {
      replicas: true,
      serviceName: true,
      podManagementPolicy: true,
      updateStrategy: { type: true },
      selector,
      template,
    },
  },
};

/** The places of keys that are not known, dotted; also of a kind that is not. */
export function unknownKeys(manifest: { readonly apiVersion: string; readonly kind: string }): string[] {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  const keys = kinds[kind];
  return keys === undefined ? [kind] : unknownIn(manifest, keys, manifest.kind);
}

function unknownIn(value: unknown, keys: Keys | true, place: string): string[] {
  if (keys === true || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => unknownIn(each, keys, place));
  return Object.entries(value).flatMap(([key, each]) => {
    const known = keys[key] ?? keys['*'];
    return known === undefined ? [`${place}.${key}`] : unknownIn(each, known, `${place}.${key}`);
  });
}
