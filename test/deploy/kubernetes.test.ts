import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { Job } from "kubernetes-models/batch/v1/Job";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { WEB_LIMITS, WORKER_LIMITS } from "../../cli/stopSignal.ts";
import { PROJECT, readContainerfile } from "../support/containerfile.ts";
import { expectCommand, expectConfiguration, readDeployed } from "../support/deployed.ts";

const KINDS = { ConfigMap, Deployment, Ingress, Job, Namespace, NetworkPolicy, PodDisruptionBudget, Secret, Service };
const SECONDS = 1_000;

// biome-ignore lint/suspicious/noExplicitAny: what is in it is held against the schema of its kind
type Manifest = Record<string, any>;

const image = await readContainerfile();
const files = (await readdir(join(PROJECT, "deploy/kubernetes"))).sort();
const manifests: [file: string, Manifest][] = [];
for (const file of files) {
  for (const document of parseAllDocuments(await readDeployed(`kubernetes/${file}`))) {
    expect(document.errors).toEqual([]);
    manifests.push([file, document.toJS()]);
  }
}
const all = (kind: keyof typeof KINDS) => manifests.map(([, one]) => one).filter((one) => one.kind === kind);
const workloads = [...all("Deployment"), ...all("Job")];
const podOf = (workload: Manifest) => workload.spec.template.spec;
const containerOf = (workload: Manifest) => podOf(workload).containers[0];
const named = (name: string) => workloads.find(({ metadata }) => metadata.name === name) ?? expect.fail(name);

/** Why the schema of its kind refuses it; undefined if it does not. */
function refusalOf(manifest: Manifest): string | undefined {
  const Kind = KINDS[manifest.kind as keyof typeof KINDS];
  try {
    new Kind(manifest as never).validate();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** The fields that no schema knows: whatever they held would be taken. */
function unknownIn(manifest: Manifest): string[] {
  const unknown: string[] = [];
  const visit = (holder: Manifest, path: string) => {
    for (const [name, value] of Object.entries(holder)) {
      const at = `${path}.${name}`;
      holder[name] = () => "of no type that a schema has";
      if (refusalOf(manifest) === undefined) unknown.push(at);
      holder[name] = value;
      if (typeof value === "object" && value !== null) visit(value, at);
    }
  };
  visit(manifest, manifest.kind);
  return unknown;
}

describe("deploy/kubernetes/", () => {
  it.each(manifests.map(([file, manifest]) => [manifest.kind, manifest.metadata.name, file, manifest] as const))(
    "%s %s in %s is what its schema allows, in the namespace",
    (kind, _, __, manifest) => {
      expect(refusalOf(manifest)).toBeUndefined();
      expect(unknownIn(structuredClone(manifest))).toEqual([]);
      if (kind !== "Namespace") expect(manifest.metadata.namespace).toBe(all("Namespace")[0]?.metadata.name);
    },
  );

  it("is noticed when a field is misspelt", () => {
    const web = structuredClone(named("livedash-web"));
    containerOf(web).readinesProbe = { httpGet: {} };
    expect(unknownIn(web)).toContain("Deployment.spec.template.spec.containers.0.readinesProbe");
  });

  it("is in the docs, file by file", async () => {
    const page = await readDeployed("../docs/operations/containers.md");
    expect(files.filter((file) => !page.includes(file))).toEqual([]);
  });

  it("runs one image, by commands that there are", async () => {
    expect(new Set(workloads.map((one) => containerOf(one).image)).size).toBe(1);
    for (const one of workloads) await expectCommand(containerOf(one).args ?? image.command);
    expect(all("Deployment").map(({ spec }) => spec.replicas)).toEqual([2, 2]);
  });

  it("lets nothing but /tmp be written, and gives no right that is not needed", () => {
    for (const one of workloads) {
      expect(podOf(one)).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: Number(image.uid),
          seccompProfile: { type: "RuntimeDefault" },
        },
        volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Gi" } }],
      });
      expect(containerOf(one)).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      });
    }
  });

  it("gives variables that LiveDash has, and the owner's to migrations alone", () => {
    const values = (kind: "ConfigMap" | "Secret", name: string) => {
      const found = all(kind).find(({ metadata }) => metadata.name === name) ?? expect.fail(name);
      return found.data ?? found.stringData;
    };
    for (const one of workloads) {
      const sources: Manifest[] = containerOf(one).envFrom;
      const given = sources.map(({ configMapRef, secretRef }) =>
        configMapRef ? values("ConfigMap", configMapRef.name) : values("Secret", secretRef.name),
      );
      expectConfiguration(Object.assign({}, ...given));
      expect(Object.keys(Object.assign({}, ...given)).includes("DIRECT_DATABASE_URL")).toBe(one.kind === "Job");
    }
  });

  it("asks at the ports and paths that the image has", async () => {
    const ports = { http: 3000, metrics: Number(image.env.METRICS_PORT) };
    for (const one of all("Deployment")) {
      const { startupProbe, readinessProbe, livenessProbe, ports: opened } = containerOf(one);
      for (const { name, containerPort } of opened) expect(containerPort).toBe(ports[name as keyof typeof ports]);
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        if (!probe) continue;
        const { path, port } = probe.httpGet;
        expect(opened.map(({ name }: Manifest) => name)).toContain(port);
        if (port === "metrics") expect(path).toBe("/health");
        else await access(join(PROJECT, "app", path, "route.ts"));
      }
    }
    expect(containerOf(named("livedash-web")).readinessProbe.httpGet.path).toBe("/api/ready");
    expect(containerOf(named("livedash-worker")).livenessProbe.httpGet.path).toBe("/health");
  });

  it("leaves time to end, after the console is asked for nothing more", () => {
    const web = named("livedash-web");
    const [, pause] = containerOf(web).lifecycle.preStop.exec.command;
    expect(podOf(web).terminationGracePeriodSeconds * SECONDS).toBeGreaterThan(pause * SECONDS + WEB_LIMITS.allMs);
    const worker = podOf(named("livedash-worker")).terminationGracePeriodSeconds * SECONDS;
    expect(worker).toBeGreaterThan(WORKER_LIMITS.allMs);
  });

  it("selects pods that there are", () => {
    const pods = workloads.map(({ spec }) => spec.template.metadata.labels as Record<string, string>);
    const selectors: Record<string, string>[] = [
      ...[...all("Deployment"), ...all("PodDisruptionBudget")].map(({ spec }) => spec.selector.matchLabels),
      ...all("Service").map(({ spec }) => spec.selector),
      ...all("NetworkPolicy").map(({ spec }) => spec.podSelector.matchLabels ?? {}),
    ];
    for (const selector of selectors) {
      const selected = pods.filter((labels) =>
        Object.entries(selector).every(([name, value]) => labels[name] === value),
      );
      expect(selected.length, JSON.stringify(selector)).toBeGreaterThan(0);
    }
    expect(all("PodDisruptionBudget").map(({ metadata }) => metadata.name)).toEqual(
      all("Deployment").map(({ metadata }) => metadata.name),
    );
  });

  it("is closed but for what is named: the console by its Ingress, metrics by theirs", () => {
    const policies = all("NetworkPolicy");
    expect(policies[0]?.spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const reached = policies.flatMap(({ spec }) => spec.ingress ?? []).flatMap(({ ports }: Manifest) => ports);
    expect(reached.map(({ port }: Manifest) => port)).toEqual([3000, Number(image.env.METRICS_PORT)]);
    for (const { from } of policies.flatMap(({ spec }) => spec.ingress ?? [])) expect(from).toHaveLength(1);
  });

  it("is reached by TLS, at the name of PUBLIC_URL", () => {
    const ingress = all("Ingress")[0] ?? expect.fail("There is no Ingress");
    const [host] = ingress.spec.tls[0].hosts;
    expect(all("ConfigMap")[0]?.data.PUBLIC_URL).toBe(`https://${host}`);
    const [{ http }] = ingress.spec.rules;
    const service = all("Service").find(({ metadata }) => metadata.name === http.paths[0].backend.service.name);
    expect(service?.spec.ports.map(({ name }: Manifest) => name)).toEqual([http.paths[0].backend.service.port.name]);
  });
});
