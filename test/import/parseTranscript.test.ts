import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTimeReader } from "../../lib/import/timeZone.ts";
import { parseTranscript } from "../../lib/import/transcripts/parseTranscript.ts";
import { readHead } from "../../lib/import/transcripts/readHead.ts";
import { createRoleReader } from "../../lib/import/transcripts/roles.ts";
import { warningsOf } from "../../lib/import/transcripts/warningsOf.ts";

const reader = { readTime: createTimeReader("Europe/Amsterdam"), roleOf: createRoleReader() };
const parse = (text: string) => parseTranscript(text, reader);
const hasSpeakers = (text: string) =>
  warningsOf(text, reader).every(({ code }) => code !== "transcript_without_speakers");
const spoken = (text: string) => parse(text).map(({ role, content }) => `${role}: ${content}`);

describe("parseTranscript", () => {
  it("reads heads, continued lines, CRLF, a BOM and U+2028", () => {
    const text =
      "\uFEFF[01.07.2024 10:00:00] User: Hi\r\nsecond line\r\n\r\n  third\r\n" +
      "[01.07.2024 10:00:05] Assistant: a\u2028b\n[01.07.2024 10:00:06] System:closed\n\n";
    expect(parse(text)).toEqual([
      { role: "User", timestamp: "2024-07-01T08:00:00.000Z", content: "Hi\nsecond line\n\n  third" },
      { role: "Assistant", timestamp: "2024-07-01T08:00:05.000Z", content: "a\u2028b" },
      { role: "System", timestamp: "2024-07-01T08:00:06.000Z", content: "closed" },
    ]);
  });

  it("takes text before the first head for the user's, and a time that does not exist for none", () => {
    expect(parse("\nlost\nwords\n[31.02.2024 10:00:00] Assistant: x")).toEqual([
      { role: "User", timestamp: null, content: "lost\nwords" },
      { role: "Assistant", timestamp: null, content: "x" },
    ]);
  });

  it("leaves what only looks like a head in the message", () => {
    const text = "[01.07.2024 10:00:00] User: a\n[note] b\nNote: c\nSystem: d\n[01.07.2024 10:00:00] Tuesday: e";
    expect(parse(text).map((message) => message.content)).toEqual([
      "a\n[note] b\nNote: c\nSystem: d\n[01.07.2024 10:00:00] Tuesday: e",
    ]);
  });

  it.each([
    ["[01.07.2024 10:00:00] user: a\n[01.07.2024 10:00:05] ASSISTANT: b"],
    ["[01.07.2024 10:00:00] Customer: a\n[01.07.2024 10:00:05] Agent: b"],
    ["[01.07.2024 10:00:00] Klant: a\n[01.07.2024 10:00:05] Medewerker (Anna): b"],
    ["[01.07.2024 10:00:00] Kunde 1: a\n[01.07.2024 10:00:05] Chat-Bot: b".replace("Chat-Bot", "Chatbot")],
    ["[01.07.2024 10:00] User: a\n[01.07.2024 10:00] Bot: b"],
    ["[2024-07-01T10:00:00] User: a\n[2024-07-01 10:00:05] Bot: b"],
    ["[2024-07-01T08:00:00.000Z] User: a\n[2024-07-01T10:00:05+02:00] Bot: b"],
    ["2024-07-01 10:00:00 User: a\n2024-07-01 10:00:05 Bot: b"],
    ["(10:00) Visitor: a\n(10:01) Virtual Assistant: b"],
    ["10:00 - Visitor: a\n10:01 - Support: b"],
    ["Visitor (10:00): a\nBot (10:01): b"],
    ["Visitor [01/07/2024 10:00]: a\nBot [01/07/2024 10:00]: b"],
    ["User: a\nAssistant: b"],
    ["**Client:** a\n**AI:** b"],
    ["  gebruiker : a\r  assistent : b"],
    ["Ｕser: a\nASSISTENT: b"],
    ["User： a\nBot： b"],
    ["\u200E[01.07.24, 10:00:00] \u200EUser: a\n[01.07.24, 10:00:05] \u200EBot: b"],
    ["[01.07.2024\u00A010:00] User: a\n[01.07.2024\u202F10:01] Bot: b"],
    ["<User> a\n<Bot> b"],
    ["[10:00] <User> a\n[10:01] <Bot> b"],
    ["[User] a\n[Bot] b"],
    ["User 01.07.2024 10:00:00: a\nBot 01.07.2024 10:00:05: b"],
    ["User, 10:00\na\nBot, 10:01\nb"],
    ["10:00 User\na\n10:01 Bot\nb"],
    ["### User\na\n### Bot\nb"],
    ["[01.07.2024 10:00:00] User - a\n[01.07.2024 10:00:05] Bot - b"],
    ["2024-07-01T10:00:00Z | User | a\n2024-07-01T10:00:05Z | Bot | b"],
    ["2024-07-01 10:00:00\tUser\ta\n2024-07-01 10:00:05\tBot\tb"],
    ["[Jul 1, 2024 10:00 AM] User: a\n[Jul 1, 2024 10:01 AM] Bot: b"],
    ["[1719820800] User: a\n[1719820805] Bot: b"],
    ["> User: a\n> Bot: b"],
    ["* __User__: a\n* __Bot__: b"],
    ["1. User: a\n2. Bot: b"],
    ["Visitor 1234567: a\nAgent Anna: b"],
    ["Website Visitor: a\nHR Assistant: b"],
    ["Visitor: a\nAnna (Support): b"],
    ["Kund:in: a\nBerater*in: b"],
    ["KULLANICI: a\nTemsilci: b"],
    ["Пользователь: a\nОператор: b"],
    ["用户：a\n客服：b"],
    ["Medewerker: a\nBot: b"],
    ["Employee: a\nAssistant: b"],
    ["Klant: a\nMedewerker: b"],
    ['[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]'],
    ['{"role":"user","content":"a"}\n{"role":"assistant","content":[{"type":"text","text":"b"}]}\n'],
    ['{"messages":[{"sender":{"type":"Visitor"},"text":"a"},{"sender":{"type":"Agent"},"text":"b"}]}'],
    ['[{"author":{"type":"user"},"body":"a"},{"author":{"type":"admin"},"body":"b"}]'],
    ['[{"author":{"type":"lead"},"body":"a"},{"author":{"type":"teammate"},"body":"b"}]'],
    ['[{"name":"Jan Support","type":"user","text":"a"},{"name":"Anna","type":"agent","text":"b"}]'],
    ['[{"sender":"Guest Jan","sender_type":"user","text":"a"},{"sender":"Guest Jan","sender_type":"bot","text":"b"}]'],
    ['[{"from":"user","text":"a"},{"from":"Anna de Vries","text":"b"}]'],
    ['[{"from":"Jan de Vries","text":"a"},{"from":"bot","text":"b"}]'],
    ['[{"type":"message","text":"a"},{"type":"agent","text":"b"}]'],
    ['[{"role":"user","content":"a"},{"role":"assistant","content":"","text":"b"}]'],
    ['[{"role":"user","question":"a"},{"role":"assistant","answer":"b"}]'],
    ['[{"Role":"User","Content":"a"},{"ROLE":"Assistant","CONTENT":"b"}]'],
    ['[{"Sender":"Visitor","Message":"a"},{"Sender":"Agent","Message":"b"}]'],
    ['[{"role":"user","content":"a",},{"role":"assistant","content":"b"},]'],
    ['{"role":"user","content":"a"},\n{"role":"assistant","content":"b"},'],
    ["[{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b', 'name': None}]"],
    ['[{"user":"a"},{"bot":"b"}]'],
    ['[{"user":"a","time":"10:00","bot":"b"}]'],
    ['{"dialog":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}'],
    ['{"members":[{"role":"user","name":"Jan"}],"thread":[{"from":"user","text":"a"},{"from":"bot","text":"b"}]}'],
    ['```json\n[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]\n```\n'],
  ])("reads heads in the shapes that people have: %j", (text) => {
    expect(spoken(text)).toEqual(["User: a", "Assistant: b"]);
  });

  it.each([
    ["[01.07.2024 10:00] User: a", "2024-07-01T08:00:00.000Z"],
    ["[1.7.2024 10:00] User: a", "2024-07-01T08:00:00.000Z"],
    ["[01.07.2024, 10:00:07] User: a", "2024-07-01T08:00:07.000Z"],
    ["[2024-07-01T10:00:00] User: a", "2024-07-01T08:00:00.000Z"],
    ["[2024-07-01T10:00:00.123Z] User: a", "2024-07-01T10:00:00.000Z"],
    ["[2024-07-01T10:00:00-0500] User: a", "2024-07-01T15:00:00.000Z"],
    ["[01/07/2024 21:05] User: a", "2024-07-01T19:05:00.000Z"],
    ["[13/07/2024 9:05 PM] User: a", "2024-07-13T19:05:00.000Z"],
    ["[07/13/2024 9:05 PM] User: a", "2024-07-13T19:05:00.000Z"],
    ["[01/07/2024 9:05 PM] User: a", null],
    ["[2024/7/1 10:00:00] User: a", "2024-07-01T08:00:00.000Z"],
    ["[2024. 7. 1. 10:00:00] User: a", "2024-07-01T08:00:00.000Z"],
    ["1. 7. 2024 10:00 User: a", "2024-07-01T08:00:00.000Z"],
    ["User (01.07.2024 10.00.00): a", "2024-07-01T08:00:00.000Z"],
    ["[01.07.2024 10.00.00] User: a", "2024-07-01T08:00:00.000Z"],
    ["[2024-7-1t08:00:00z] User: a", "2024-07-01T08:00:00.000Z"],
    ["[2024-07-01 14:00 AM] User: a", null],
    ["[01.07.2024 10:00:00 CEST] User: a", "2024-07-01T08:00:00.000Z"],
    ["[01.07.2024 10:00:00 CST] User: a", null],
    ["[01.07.2024 10:00:00 PDT] User: a", "2024-07-01T17:00:00.000Z"],
    ["[01.07.2024 10:00:00 EST] User: a", "2024-07-01T15:00:00.000Z"],
    ["[2024-07-01 10:00:00+02] User: a", "2024-07-01T08:00:00.000Z"],
    ["2024-07-01 10:00:00.123-05 User: a", "2024-07-01T15:00:00.000Z"],
    ["User 2024-07-01 10:00:00+02: a", "2024-07-01T08:00:00.000Z"],
    ["[31.02.2024 09:00 CET] User: a", null],
    ["[2024-02-31 09:00Z] User: a", null],
    ["[0024-03-14 09:00Z] User: a", null],
    ["[9024-03-14 09:00Z] User: a", null],
    ["[2024-07-01 24:30Z] User: a", null],
    ['[{"role":"user","content":"a","created_at":1719820800}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","time":"2024-07-01T10:00:00"}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","ts":1719820800000}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","ts":1719820800000000}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","ts":1719820800000000000}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","ts":"1719820800"}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","ts":"1719820800.000100"}]', "2024-07-01T08:00:00.000Z"],
    ['[{"role":"user","content":"a","ts":0.5}]', null],
    ['[{"role":"user","content":"a","ts":1e30}]', null],
    ['[{"role":"user","content":"a","ts":1e999}]', null],
    ['[{"role":"user","content":"a","ts":"20240701"}]', null],
    ['[{"role":"user","content":"a","ts":"9024-07-01T10:00:00Z"}]', null],
    ["[12:05] User: a", null],
    ["[2024-07-01] User: a", null],
    ["[2024-13-45 10:00] User: a", null],
    ["User: a", null],
  ])("reads the time of %j", (text, timestamp) => {
    expect(parse(text)).toEqual([{ role: "User", timestamp, content: "a" }]);
  });

  it("reads a number that is an answer, and a message by itself, in JSON", () => {
    const text =
      '[{"role":"user","content":"a"},{"role":"assistant","content":25},{"role":"user","message":7,"text":"c"}]';
    expect(spoken(text)).toEqual(["User: a", "Assistant: 25", "User: c"]);
    expect(spoken('{"role":"assistant","content":"b","tool_calls":[{"id":"x"}]}')).toEqual(["Assistant: b"]);
    expect(spoken('[{"role":"user","content":"a\\u0000b"}]')).toEqual(["User: ab"]);
  });

  it("is not broken by JSON that is nested without end", () => {
    const deep = `${'{"a":['.repeat(50_000)}${"]}".repeat(50_000)}`;
    expect(spoken(`[{"role":"user","content":${deep}}]`)).toHaveLength(1);
  });

  it("takes a list inside an answer, and a sentence that names a role, for text", () => {
    const text = "User: a\nBot: choose:\n- Agent: a person\n1. Support: a form\nand then my agent: Bob";
    expect(spoken(text)).toEqual(["User: a", `Assistant: ${text.slice(text.indexOf("choose"))}`]);
    const timed = "[01.07.2024 10:00:00] User: a\n10:00 Support\n10:30 - Agent: b";
    expect(spoken(timed)).toEqual(["User: a\n10:00 Support\n10:30 - Agent: b"]);
    for (const json of ['{"error":"no such chat"}', '[{"from":"Jan","text":"a"},{"from":"Anna","text":"b"}]']) {
      expect(spoken(json)).toEqual([`User: ${json}`]);
    }
    const event = '[{"role":"user","text":"a"},{"type":"message","text":"b"},{"role":"tool","text":"c"}]';
    expect(spoken(event)).toEqual(["User: a", "User: b", "System: c"]);
    expect(spoken("Admin: a\nTeam: b")).toHaveLength(1);
  });

  it.each([
    ["09:00 Support\n11:00 Team Meeting\n14:00 Agent"],
    ["9:00 AM Support\n10:30 AM - Agent: phone"],
    ["09:00 Support: phone\n11:00 Agent: mail"],
    ["09:00 Medewerker: start\n12:00 Medewerker: pauze"],
    ["Helpdesk [10:00]"],
    ["[09:00] Support"],
    ["HR Agent 11:00\nService Desk 8:30-17:00"],
    ["Helpdesk 10:00 - 12:00"],
    ["<User> is the tag\n[Agent] helped"],
    ["### Support\nask them"],
    ["Contact: hr@acme.example\nInfo: see the intranet\nYou: the newcomer\nModel: X5"],
    ["The Employee: Jan\nYour Client: X\nNew Employee: Y\nDear Customer: Z\nUw Klant: V"],
    ["Multi-user: yes\nre-agent: no\nCustomer Care Line: 5\nEmployee Services: 6"],
  ])("takes a roster, or what is named in an answer, for text: %j", (text) => {
    expect(spoken(`User: a\nAssistant: see:\n${text}\nUser: b`)).toEqual([
      "User: a",
      `Assistant: see:\n${text}`,
      "User: b",
    ]);
  });

  it("leaves a line without a time in its message where others have one, though nobody asks", () => {
    const text = "[01.07.2024 10:00] System: begun\nUser: Jan\n[01.07.2024 10:01] Bot: b";
    expect(spoken(text)).toEqual(["System: begun\nUser: Jan", "Assistant: b"]);
  });

  it.each([
    ["You: a\nChatGPT: b"],
    ["You: a\nEmployee: b"],
    ["Human: a\nModel: b"],
    ["Ik: a\nAI-assistent: b"],
    ["Ich: a\nHR-bot: b"],
    ["Moi: a\nAgent virtuel: b"],
    ["Contact: a\nVirtuele assistent: b"],
  ])("reads words that may mean something else where no other word stands for their role: %j", (text) => {
    expect(spoken(text)).toEqual(["User: a", "Assistant: b"]);
    expect(hasSpeakers(text)).toBe(true);
  });

  it.each([["Where is it?\nContact: hr@acme.example"], ["Me: a\nYou: b"]])(
    "and by themselves they are no speakers: %j",
    (text) => {
      expect(spoken(text)).toEqual([`User: ${text}`]);
      expect(hasSpeakers(text)).toBe(false);
    },
  );

  it.each([
    ["Assistant", "Assistant", "Customer Care"],
    ["Assistant", "Assistant", "Customer Success"],
    ["Assistant", "Assistant", "Customer Relations"],
    ["Assistant", "Assistant", "Guest Services"],
    ["Assistant", "Assistant", "Client Services"],
    ["Assistant", "Assistant", "Service Client"],
    ["Assistant", "Assistant", "Relation Client"],
    ["Assistant", "Assistant", "Conseiller Client"],
    ["Assistant", "Assistant", "Support Client"],
    ["Assistant", "Assistant", "Klant Contact Center"],
    ["Assistant", "Assistant", "Servicio Al Cliente"],
    ["Assistant", "Assistant", "Atención al cliente"],
    ["Assistant", "Assistant", "Suporte ao Cliente"],
    ["Assistant", "Assistant", "Customer Service Agent"],
    ["Assistant", "none", "Customer Success Manager"],
    ["Assistant", "none", "Employee Relations"],
    ["User", "User", "Service User"],
    ["User", "User", "Jan Client"],
    ["User", "User", "Customer Jan"],
    ["User", "User", "Website-Visitor"],
    ["Assistant", "Assistant", "ICT-helpdesk"],
    ["User", "none", "multi-user"],
    ["Assistant", "none", "The Agent"],
  ])("says %s for a name with a time, and %s for one without: %s", (timed, plain, name) => {
    expect(reader.roleOf(name, true)?.speaker ?? "none").toBe(timed);
    expect(reader.roleOf(name)?.speaker ?? "none").toBe(plain);
  });

  it.each([
    ["Agent: Anna\nCustomer: Jan\n\n[10:00] Customer: a\n[10:01] Agent: b"],
    ["Agent: Anna\nCustomer: Jan\n10:00 Customer: a\n10:01 Agent: b"],
    ["System: begun\n<User> a\n<Bot> b"],
    ["System: begun\n### User\na\n### Bot\nb"],
    ["Helpdesk\nUser 10:00\na\nHR Agent 10:01\nb"],
    ["Info: begun\nUser: a\nBot: b"],
  ])("reads a talk below what stands above it: %j", (text) => {
    expect(spoken(text).slice(-2)).toEqual(["User: a", "Assistant: b"]);
  });

  it.each<[string, (string | undefined)[]]>([
    ["[3/4/24, 9:00 AM] User: a\n[3/14/24, 9:00 AM] Bot: b", ["2024-03-04", "2024-03-14"]],
    ["[3/4/24, 9:00 AM] User: a\n[14/3/24, 9:00 AM] Bot: b", ["2024-04-03", "2024-03-14"]],
    ["[3/4/24, 9:00] User: a\n[3/5/24, 9:00] Bot: b", ["2024-04-03", "2024-05-03"]],
    ["[3/4/24, 9:00 AM] User: a\n[3/5/24, 9:00 AM] Bot: b", [undefined, undefined]],
    ["[3/14/24, 9:00] User: a\n[14/3/24, 9:00] Bot: b", [undefined, undefined]],
    ["[3/14/24, 9:00] User: a\n[3.4.2024 9:00] Bot: b", ["2024-03-14", "2024-04-03"]],
  ])("reads the dates with slashes of one transcript in one order, or none of them: %j", (text, dates) => {
    expect(parse(text).map(({ timestamp }) => timestamp?.slice(0, 10))).toEqual(dates);
  });

  it("keeps messages in their order in the hour that repeats", () => {
    const times = parse("[27.10.2024 02:50] User: a\n[27.10.2024 02:10] Bot: b\n[27.10.2024 02:20] User: c");
    expect(times.map(({ timestamp }) => timestamp?.slice(11, 16))).toEqual(["00:50", "01:10", "01:20"]);
  });

  it("reads the words that a company has added", () => {
    const roleOf = createRoleReader({ User: ["Sollicitant"], Assistant: ["Robbie de Robot", "Kunde"] });
    const text = "Sollicitant: a\nROBBIE DE ROBOT: b\nKunde: c\nKlant: d";
    const roles = parseTranscript(text, { ...reader, roleOf }).map(({ role }) => role);
    expect(roles).toEqual(["User", "Assistant", "Assistant", "User"]);
  });

  it.each([
    ["User: a<br>Assistant: b"],
    ["User: a<br/>Assistant: b<BR />\n"],
    ["User: a\\nAssistant: b"],
    ["User: a\\r\\n\\r\\nAssistant: b"],
    ["User: a\u2028Assistant: b"],
    ["[01.07.2024 10:00:00] User: a [01.07.2024 10:00:05] Assistant: b"],
    ["[2024-07-01T10:00:00] User: a  [2024-07-01T10:00:05] Assistant: b"],
  ])("splits a text without line ends where a head follows what is written for one: %j", (text) => {
    const [first, last, ...others] = spoken(text);
    expect([first?.replace(/[\\rn]+$/, ""), last?.replace("<BR />", ""), others]).toEqual([
      "User: a",
      "Assistant: b",
      [],
    ]);
  });

  it("leaves such signs where no head follows, and in a text that has line ends", () => {
    expect(spoken("User: C:\\new<br>or D:\\nix, at [01.07.2024 10:00:00]?")).toHaveLength(1);
    expect(spoken("User: one<br>two<br>Bot: C:\\new")).toEqual(["User: one<br>two", "Assistant: C:\\new"]);
    expect(spoken("User: I wrote<br>Bot: x\nBot: b")).toEqual(["User: I wrote<br>Bot: x", "Assistant: b"]);
  });

  it("looks behind so many of them, and no further: what follows is text", () => {
    const within = spoken(`User: ${"<br>".repeat(9_000)}<br>Bot: b`);
    const beyond = spoken(`User: a ${"<br>".repeat(11_000)}<br>Bot: b`);
    expect([within.length, beyond.length]).toEqual([2, 1]);
  });

  it("finds a head before and behind long gaps, and none that holds one", () => {
    const gap = " ".repeat(40);
    expect(spoken(`${gap}User: a${gap}b\n${gap}10:00 Bot${gap}\nUser${gap}: c`)).toEqual([
      `User: a${gap}b\n${gap}10:00 Bot${gap}\nUser${gap}: c`,
    ]);
    expect(spoken(`User, 10:00${gap}\na\n${gap}Bot, 10:01\nb\nBot, 10:02${gap}c`)).toEqual([
      "User: a",
      `Assistant: b\nBot, 10:02${gap}c`,
    ]);
  });

  it("takes about as long for lines made of blanks and signs without width as for any others", () => {
    const time = (line: string) => {
      const before = process.cpuUsage();
      for (let index = 0; index < 200; index += 1) readHead(line, reader.roleOf);
      return process.cpuUsage(before).user / 1_000;
    };
    const plain = Math.max(10, time(`${"Where is it? ".repeat(14)}:`));
    const hard = [`${"\u200E".repeat(190)}:`, `x${" ".repeat(190)}>`, `${`x${" ".repeat(20)}`.repeat(9)}>`];
    // Without the limit, they took 200 times as long.
    for (const line of hard) expect(time(line)).toBeLessThan(plain * 50);
  });

  it("is not slowed down by long lines that nearly are heads", () => {
    const hard = ["[", "(", "1".repeat(50_000), "User ".repeat(20_000), "- ".repeat(50_000), "10:00 ".repeat(20_000)];
    for (const line of hard) expect(spoken(`${line}\n${line}:`)).toHaveLength(1);
  });

  it("gives back every transcript that was written by the rules", () => {
    const line = fc
      .string({ unit: "binary", maxLength: 20 })
      .map((text) => text.toWellFormed().replace(/[\r\n\0]/g, ""));
    const message = fc.record({
      role: fc.constantFrom("User", "Assistant", "System"),
      second: fc.integer({ min: 0, max: 59 }),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.constantFrom("\n", "\r\n"), (messages, end) => {
        const pad = (second: number) => String(second).padStart(2, "0");
        const text = messages
          .map(({ role, second, lines }) => `[01.07.2024 10:00:${pad(second)}] ${role}: ${lines.join(end)}`)
          .join(end);
        expect(parse(text)).toEqual(
          messages.map(({ role, second, lines }) => ({
            role,
            timestamp: `2024-07-01T08:00:${pad(second)}.000Z`,
            content: lines.join("\n").trim(),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("loses no visible character of any text", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom("[01.07.2024 10:00:00] User: ", "x", "\n", "\r", "[", "\u2028"),
        maxLength: 12,
      }),
    );
    const visible = (text: string) => text.replace(/\[01\.07\.2024 10:00:00\] User:/g, "").replace(/[\s\0\uFEFF]/g, "");
    fc.assert(
      fc.property(anything, (text) => {
        const messages = parse(text);
        expect(visible(messages.map((message) => message.content).join(""))).toBe(visible(text));
        if (text.replace(/[\0\uFEFF]/g, "").trim() !== "") expect(messages.length).toBeGreaterThan(0);
        expect(messages.some((message) => message.content.includes("\0"))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
