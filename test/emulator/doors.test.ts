import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startEmulator } from "../../emulator/server.ts";
import { inputLines, runBatch, startBench } from "./support.ts";

/** A call as a browser or a program would send it, with any Host. */
function send(port: number, method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, method, path, headers, setHost: !("Host" in headers) }, (reply) => {
      reply.resume().on("end", () => resolve(reply.statusCode ?? 0));
    });
    call.on("error", reject).end();
  });
}

describe("who may call the emulator", () => {
  it("is this machine, unless it is told otherwise", async () => {
    const { url } = await startBench();
    expect(new URL(url).hostname).toBe("127.0.0.1");
  });

  it.each([
    ["127.0.0.1:8787", 200],
    ["localhost", 200],
    ["LOCALHOST:1", 200],
    ["[::1]:8787", 200],
    ["evil.example", 403],
    ["evil.example:80", 403],
    ["localhost.evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["127.0.0.1@evil.example", 403],
    ["", 403],
  ])("asks for it by an address or as localhost: %j", async (Host, status) => {
    const { port } = await startBench();
    expect(await send(port, "GET", "/_emulator/faults", { Host })).toBe(status);
    expect(await send(port, "GET", "/v1/batches", { Host, Authorization: "Bearer any" })).toBe(status);
  });

  it("asks for it by a name that it was given", async () => {
    const { port } = await startBench({ allowedHosts: ["emulator"] });
    expect(await send(port, "GET", "/_emulator/faults", { Host: "Emulator:8787" })).toBe(200);
    expect(await send(port, "GET", "/_emulator/faults", { Host: "other" })).toBe(403);
  });

  it("is no page of another site, at its own routes", async () => {
    const { port, control } = await startBench();
    await control("PUT", "faults", "expired:1");
    const Host = `127.0.0.1:${port}`;
    for (const foreign of [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: `http://localhost:${port}` },
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
    ]) {
      expect(await send(port, "DELETE", "/_emulator/faults", { Host, ...foreign })).toBe(403);
      expect(await send(port, "POST", "/_emulator/reset", { Host, ...foreign })).toBe(403);
    }
    expect((await control("GET", "faults")).rules).toHaveLength(1);
    expect(await send(port, "DELETE", "/_emulator/faults", { Host, Origin: `http://${Host}` })).toBe(200);
    for (const Host of ["localhost:80", "LOCALHOST:80", "localhost"]) {
      expect(await send(port, "GET", "/_emulator/faults", { Host, Origin: "http://localhost" })).toBe(200);
    }
    for (const Host of ["localhost:8080", "localhost:99999"]) {
      for (const Origin of ["http://localhost", "null"]) {
        expect(await send(port, "GET", "/_emulator/faults", { Host, Origin })).toBe(403);
      }
    }
  });
});

describe("what the emulator keeps", () => {
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const modesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => [
      entry.isDirectory() ? "folder" : "file",
      modeOf(join(entry.parentPath, entry.name)),
    ]);

  function makeFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "emulator-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  async function fill(dataDir: string): Promise<void> {
    const emulator = await startBench({ dataDir, faults: ["line_error:0.5"] });
    await runBatch(emulator.client, inputLines(4));
  }

  it("is its owner's alone", async () => {
    const before = process.umask(0o000);
    onTestFinished(() => void process.umask(before));
    const dataDir = join(makeFolder(), "data");
    await fill(dataDir);
    expect(modeOf(dataDir)).toBe("700");
    expect(new Set(modesIn(dataDir).map(([kind, mode]) => `${kind} ${mode}`))).toEqual(
      new Set(["folder 700", "file 600"]),
    );
  });

  it("is made its owner's alone where it is from before", async () => {
    const dataDir = join(makeFolder(), "data");
    await fill(dataDir);
    for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
    }
    chmodSync(dataDir, 0o755);
    await (await startEmulator({ dataDir })).close();
    expect(modeOf(dataDir)).toBe("700");
    for (const [kind, mode] of modesIn(dataDir)) expect(mode).toBe(kind === "folder" ? "700" : "600");
  });

  it("leaves what belongs to somebody else with the rights that it has", async () => {
    const dataDir = join(makeFolder(), "data");
    await fill(dataDir);
    chmodSync(dataDir, 0o777);
    chmodSync(join(dataDir, "files"), 0o777);
    const ours = process.getuid?.() ?? 0;
    vi.spyOn(process, "getuid").mockReturnValue(ours + 1);
    onTestFinished(() => void vi.restoreAllMocks());
    await (await startEmulator({ dataDir })).close();
    expect([modeOf(dataDir), modeOf(join(dataDir, "files"))]).toEqual(["777", "777"]);
  });

  it("leaves a folder that holds other things as it is", async () => {
    const dataDir = makeFolder();
    chmodSync(dataDir, 0o755);
    mkdirSync(join(dataDir, "other"));
    writeFileSync(join(dataDir, "notes"), "mine", { mode: 0o644 });
    for (let run = 0; run < 2; run++) await (await startEmulator({ dataDir })).close();
    await fill(dataDir);
    expect([modeOf(dataDir), modeOf(join(dataDir, "notes"))]).toEqual(["755", "644"]);
    expect([modeOf(join(dataDir, "files")), modeOf(join(dataDir, "state.jsonl"))]).toEqual(["700", "600"]);
  });
});
