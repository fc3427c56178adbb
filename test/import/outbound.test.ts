import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFetcher } from "../../lib/import/http/fetchLimited.ts";
import { type AddressRule, anyAddress, isPublicAddress } from "../../lib/import/http/publicAddress.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type Bench, csv, openBench, serve, type TestServer } from "./support.ts";

let server: TestServer;
let port: string;
let seen: { path: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = await serve((request, response) => {
    seen.push({ path: request.url ?? "", authorization: request.headers.authorization });
    const to = new URL(request.url ?? "/", "http://x").searchParams.get("to");
    if (to) response.writeHead(302, { location: to }).end();
    else response.end("here");
  });
  port = new URL(server.origin).port;
});
afterAll(() => server.close());

async function get(url: string, isAllowed: AddressRule): Promise<string> {
  const fetcher = openFetcher(isAllowed);
  const credentials = { origin: server.origin, username: "anna", password: "geheim" };
  const stopping = new AbortController().signal;
  try {
    const { body } = await fetcher.get(url, { credentials, maxBytes: 1_000, timeout: 10_000, stopping });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } finally {
    await fetcher.close();
  }
}

const REFUSED = {
  code: "fetch_private_address",
  retryable: false,
  message: expect.stringContaining("is at a private address. Set FETCH_PRIVATE_ADDRESSES=true to allow it"),
};

describe("isPublicAddress", () => {
  it.each([
    ["this machine", ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"]],
    ["private networks", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"]],
    ["links, and the metadata of clouds", ["169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "fec0::1"]],
    ["a provider's own network (CGNAT)", ["100.64.0.1", "100.127.255.255"]],
    ["groups and everybody", ["224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1"]],
    ["reserved for tests, documents and the future", ["192.0.2.1", "198.18.0.1", "203.0.113.1", "240.0.0.1"]],
    ["reserved in IPv6", ["2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1", "8000::1"]],
    ["IPv4 within IPv6", ["::ffff:127.0.0.1", "::ffff:a00:1", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"]],
    ["tunnels", ["2002:7f00:1::", "2001:0:7f00:1::1"]],
    ["no address at all", ["", "localhost", "example.com", "1.2.3.4.5"]],
  ])("refuses %s", (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });

  it("allows what lies on the internet", () => {
    const addresses = ["1.1.1.1", "172.32.0.1", "100.128.0.1", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"];
    expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

describe("a fetch", () => {
  it.each([
    "127.0.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0x7f.1",
    "127.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::1]",
    "0",
    "１２７．０．０．１",
    "localhost",
    "LOCALHOST",
  ])("from this machine, written as %s, is refused before anything is sent", async (host) => {
    seen = [];
    await expect(get(`http://${host}:${port}/`, isPublicAddress)).rejects.toMatchObject(REFUSED);
    await expect(get(`https://${host}:${port}/`, isPublicAddress)).rejects.toMatchObject(REFUSED);
    expect(seen).toEqual([]);
  });

  it("is allowed when the configuration says so", async () => {
    expect(await get(`${server.origin}/`, anyAddress)).toBe("here");
    expect(await get(`http://localhost:${port}/`, anyAddress)).toBe("here");
  });

  it("by a name connects to the allowed ones of its addresses, and those are what is looked at", async () => {
    const asked: string[] = [];
    const onlyThis: AddressRule = (address) => {
      asked.push(address);
      return address === "127.0.0.1";
    };
    expect(await get(`http://localhost:${port}/`, onlyThis)).toBe("here");
    expect(asked).toContain("127.0.0.1");
    expect(asked).not.toContain("localhost");
  });

  it.each(["http://127.0.0.2", "http://2130706434", "http://localhost", "http://[::1]"])(
    "that is redirected to the private %s is refused, and sends nothing there",
    async (target) => {
      seen = [];
      const from = `${server.origin}/?to=${encodeURIComponent(`${target}:${port}/secret`)}`;
      // Stands for a public server: this one address is allowed, by its number alone.
      let first = true;
      const publicOnce: AddressRule = (address) => {
        const allowed = first && address === "127.0.0.1";
        first = false;
        return allowed;
      };
      await expect(get(from, publicOnce)).rejects.toMatchObject(REFUSED);
      expect(seen.map(({ path }) => path.slice(0, 5))).toEqual(["/?to="]);
    },
  );

  it("does not carry credentials to another host or port, however much it is the same machine", async () => {
    const other = await serve((request, response) => {
      seen.push({ path: `other${request.url}`, authorization: request.headers.authorization });
      response.end("there");
    });
    try {
      for (const target of [`http://localhost:${port}/`, other.origin]) {
        seen = [];
        await get(`${server.origin}/?to=${encodeURIComponent(target)}`, anyAddress);
        expect(seen.map(({ authorization }) => authorization !== undefined)).toEqual([true, false]);
      }
    } finally {
      await other.close();
    }
  });
});

describe("an import without FETCH_PRIVATE_ADDRESSES", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  it("refuses a csvUrl within, and says which variable allows it, in the run too", async () => {
    const companyId = await bench.newCompany();
    const source = { kind: "url", url: `http://169.254.169.254/latest?token=geheim` } as const;
    await expect(importCsv(bench.ctx, { companyId, source })).rejects.toMatchObject(REFUSED);
    const { rows } = await bench.pool.query(`SELECT "error" FROM "ImportRun" WHERE "companyId" = $1`, [companyId]);
    expect(rows).toEqual([{ error: expect.stringContaining("FETCH_PRIVATE_ADDRESSES") }]);
    expect(rows[0].error).not.toContain("geheim");
  });

  it("makes a row bad whose transcript lies within", async () => {
    seen = [];
    const companyId = await bench.newCompany();
    const path = await bench.writeFile("rows.csv", csv({ id: "a", url: `${server.origin}/talk` }, { id: "b" }));
    const report = await importCsv(bench.ctx, { companyId, source: { kind: "file", path }, fetchTranscripts: true });
    expect(report).toMatchObject({ imported: 1, bad: 1, badRows: [{ line: 1, code: "transcript_unavailable" }] });
    expect(report.badRows[0]?.reason).toContain("FETCH_PRIVATE_ADDRESSES");
    expect(seen).toEqual([]);
  });
});
