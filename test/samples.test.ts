import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";

const SAMPLES = path.join(import.meta.dirname, "../samples");
const CATEGORIES = [
  "SCHEDULE_HOURS",
  "LEAVE_VACATION",
  "SICK_LEAVE_RECOVERY",
  "SALARY_COMPENSATION",
  "CONTRACT_HOURS",
  "ONBOARDING",
  "OFFBOARDING",
  "WORKWEAR_STAFF_PASS",
  "TEAM_CONTACTS",
  "PERSONAL_QUESTIONS",
  "ACCESS_LOGIN",
  "SOCIAL_QUESTIONS",
  "UNRECOGNIZED_OTHER",
];
const HEAD = /^\[(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2})\] (User|Assistant|System): (.*)$/s;

interface Company {
  name: string;
  file: string;
  transcripts: string;
  timeZone: string;
}

/** `line`: the physical line on which the row begins. `fault`: the code that the README gives it, if it is broken. */
interface Row {
  file: string;
  line: number;
  fields: string[];
  fault: string | undefined;
}

const companies: Company[] = JSON.parse(readFileSync(path.join(SAMPLES, "companies.json"), "utf8"));
const rowsOf = new Map(companies.map((company) => [company, readRows(company.file)]));
const rows = [...rowsOf.values()].flat();
const good = rows.filter((row) => row.fault === undefined);
const readme = readFileSync(path.join(SAMPLES, "README.md"), "utf8");

function readRows(file: string): Row[] {
  // Read as latin1, which keeps every byte, so that a wrong one is seen and not replaced.
  const text = readFileSync(path.join(SAMPLES, file), "latin1");
  const records: string[][] = parse(text, { relax_column_count: true });
  let line = 1;
  return records.map((record) => {
    const buffers = record.map((field) => Buffer.from(field, "latin1"));
    const fields = buffers.map((buffer) => buffer.toString("utf8"));
    const row = { file, line, fields, fault: faultOf(buffers, fields) };
    line += record.join("").split("\n").length;
    return row;
  });
}

function faultOf(buffers: Buffer[], fields: string[]): string | undefined {
  if (!buffers.every((buffer) => isUtf8(buffer))) return "invalid_encoding";
  if (fields.length !== 16) return "column_count";
  const [id = "", start = "", end = "", , , , messages = "", , , , , seconds = "", tokens = "", eur = ""] = fields;
  if (!/^[A-Za-z0-9-]+$/.test(id)) return "bad_session_id";
  const from = timeOf(start);
  const to = timeOf(end);
  if (from === undefined || to === undefined) return "bad_date";
  if (to < from) return "end_before_start";
  if (!/^\d*$/.test(messages) || !/^\d*$/.test(tokens)) return "bad_number";
  return [seconds, eur].every((text) => /^(\d+\.\d+)?$/.test(text)) ? undefined : "bad_number";
}

/** Milliseconds as if the clock ran on UTC; undefined for a time that no calendar has. */
function timeOf(text: string): number | undefined {
  const match = /^(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2}:\d{2})$/.exec(text);
  if (!match) return undefined;
  const iso = `${match[3]}-${match[2]}-${match[1]}T${match[4]}.000Z`;
  const time = new Date(iso);
  return !Number.isNaN(time.getTime()) && time.toISOString() === iso ? time.getTime() : undefined;
}

function transcriptsOf(company: Company): { id: string; text: string }[] {
  const folder = path.join(SAMPLES, company.transcripts);
  const names = readdirSync(folder).filter((name) => name !== "answers.jsonl");
  return names.map((name) => {
    expect(name).toMatch(/\.txt$/);
    const bytes = readFileSync(path.join(folder, name));
    expect(isUtf8(bytes), name).toBe(true);
    return { id: path.basename(name, ".txt"), text: bytes.toString("utf8") };
  });
}

/** What was said, without the times: two sessions with the same words are the same dialogue. */
function messagesOf(text: string): { role: string; time: string; content: string }[] {
  const messages: { role: string; time: string; content: string }[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const [, time = "", role = "", content = ""] = HEAD.exec(line) ?? [];
    const last = messages.at(-1);
    if (role !== "") messages.push({ role, time, content });
    else if (last) last.content += `\n${line}`;
    else throw new TypeError("A transcript must begin with a head.");
  }
  return messages;
}

describe("samples/", () => {
  test("hold three companies and at least 300 sessions, in less than 1.5 MB", () => {
    expect(companies).toHaveLength(3);
    for (const company of companies) {
      expect(Object.keys(company)).toEqual(["name", "file", "transcripts", "timeZone"]);
      expect(Intl.supportedValuesOf("timeZone")).toContain(company.timeZone);
      expect(rowsOf.get(company)?.length).toBeGreaterThan(80);
    }
    const sessions = new Set(good.map((row) => `${row.file} ${row.fields[0]}`));
    expect(sessions.size).toBeGreaterThanOrEqual(330);
    expect(readme).toContain(`${sessions.size} sessions`);

    const files = readdirSync(SAMPLES, { recursive: true, encoding: "utf8" });
    const bytes = files.map((file) => statSync(path.join(SAMPLES, file))).filter((stats) => stats.isFile());
    expect(bytes.reduce((sum, stats) => sum + stats.size, 0)).toBeLessThan(1_500_000);
  });

  test("have exactly the broken rows that the README names", () => {
    const named = [...readme.matchAll(/^\| `([\w-]+\.csv)` \| (\d+) \| `(\w+)` \|/gm)];
    const broken = rows.filter((row) => row.fault !== undefined);
    expect(broken.map((row) => `${row.file} ${row.line} ${row.fault}`)).toEqual(
      named.map(([, file, line, code]) => `${file} ${line} ${code}`),
    );
    expect(new Set(broken.map((row) => row.fault)).size).toBe(6);
  });

  test("repeat one row, as the README says, and no other id within a company", () => {
    const first = new Map<string, Row>();
    const repeated: string[] = [];
    for (const row of good) {
      const key = `${row.file} ${row.fields[0]}`;
      const before = first.get(key);
      if (before) {
        expect(row.fields).toEqual(before.fields);
        repeated.push(`Line ${row.line} of \`${row.file}\` repeats line ${before.line}`);
      } else first.set(key, row);
    }
    expect(repeated).toHaveLength(1);
    expect(readme).toContain(repeated[0]);
  });

  test("have one session id that two companies use", () => {
    const users = new Map<string, Set<string>>();
    for (const { file, fields } of good) {
      const id = fields[0] ?? "";
      users.set(id, (users.get(id) ?? new Set()).add(file));
    }
    const shared = [...users].filter(([, files]) => files.size > 1).map(([id]) => id);
    expect(shared).toHaveLength(1);
    expect(readme).toContain(shared[0]);
  });

  test("cover every category, six languages, every sentiment and both flags", () => {
    const column = (index: number) => good.map((row) => row.fields[index] ?? "");
    const filled = Map.groupBy(column(14), (category) => category);
    for (const category of CATEGORIES) expect(filled.get(category)?.length, category).toBeGreaterThanOrEqual(8);
    expect([...filled.keys()].filter((key) => key !== "").sort()).toEqual([...CATEGORIES].sort());

    const languages = Map.groupBy(column(5), (word) => word.toLowerCase());
    const common = [...languages].filter(([word, found]) => word !== "" && found.length >= 8);
    expect(common.length).toBeGreaterThanOrEqual(6);
    expect(new Set(column(7))).toEqual(new Set(["", "positive", "neutral", "negative"]));
    for (const flag of [8, 9]) {
      const words = column(flag).map((word) => word.toLowerCase());
      expect(words.filter((word) => word === "yes" || word === "true").length).toBeGreaterThanOrEqual(8);
      expect(words.every((word) => ["", "yes", "no", "true", "false"].includes(word))).toBe(true);
    }
    expect(column(10).every((url) => url === "")).toBe(true);
  });

  test("use documentation addresses only", () => {
    for (const { fields } of good) {
      expect(fields[3]).toMatch(/^$|^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$|^2001:db8:/);
    }
  });

  test("have transcripts that belong to a row, parse, and agree with it", () => {
    for (const company of companies) {
      const byId = new Map(rowsOf.get(company)?.map((row) => [row.fields[0], row]));
      for (const { id, text } of transcriptsOf(company)) {
        const row = byId.get(id);
        expect(row?.fault, id).toBeUndefined();
        const messages = messagesOf(text);
        expect(messages.length, id).toBeGreaterThan(0);
        for (const message of messages) {
          expect(timeOf(message.time), id).toBeDefined();
          expect(message.content.trim(), id).not.toBe("");
        }
        const users = messages.filter((message) => message.role === "User");
        expect(row?.fields[1], id).toBe(messages[0]?.time);
        expect(row?.fields[15], id).toBe(users[0]?.content ?? "");
        expect(["", String(users.length)], id).toContain(row?.fields[6]);
      }
    }
  });

  test("leave some sessions without a transcript, each with an initial message", () => {
    const without = companies.flatMap((company) => {
      const ids = new Set(transcriptsOf(company).map(({ id }) => id));
      return (rowsOf.get(company) ?? []).filter((row) => row.fault === undefined && !ids.has(row.fields[0] ?? ""));
    });
    expect(without.length).toBeGreaterThanOrEqual(20);
    for (const row of without) expect(row.fields[15]?.trim()).not.toBe("");
  });

  test("have no two transcripts that say the same, and show the hard cases", () => {
    const dialogues = companies.flatMap((company) => transcriptsOf(company).map(({ text }) => messagesOf(text)));
    const said = dialogues.map((messages) => JSON.stringify(messages.map(({ role, content }) => [role, content])));
    expect(new Set(said).size).toBe(said.length);

    const lengths = dialogues.map((messages) => messages.length);
    expect(Math.max(...lengths)).toBeGreaterThan(150);
    expect(lengths.filter((length) => length === 1).length).toBeGreaterThanOrEqual(3);
    const contents = dialogues.flat().map((message) => message.content);
    for (const hard of [/\u2028/, /\n\n/, /\p{Script=Arabic}/u, /\p{Extended_Pictographic}/u, /Ignore all previous/]) {
      expect(
        contents.some((content) => hard.test(content)),
        String(hard),
      ).toBe(true);
    }
    expect(good.some((row) => /"/.test(row.fields[15] ?? "") && /\n/.test(row.fields[15] ?? ""))).toBe(true);
  });
});
