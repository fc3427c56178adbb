import type { Violation } from "./violation.ts";

export const LINES: readonly Violation[] = [
  {
    name: "writes characters that some readers take for the end of a line",
    breaks: (provider) => ({
      ...provider,
      encodeLine: (...asked) => JSON.stringify(JSON.parse(provider.encodeLine(...asked))),
    }),
    caughtBy: "a line is one line for every reader, and names its request",
  },
  {
    name: "writes lines for any endpoint",
    breaks: (provider) => ({
      ...provider,
      encodeLine: (endpoint, request) => {
        const line = provider.encodeLine(provider.endpoint, request);
        return line.replace(provider.endpoint, endpoint);
      },
    }),
    caughtBy: "lines are written for each endpoint that is declared, and for no other",
  },
  {
    name: "does not find its own ids",
    breaks: (provider) => ({ ...provider, readRequestId: () => null }),
    caughtBy: "a line is one line for every reader, and names its request",
  },
  {
    name: "throws at a line that is no JSON",
    breaks: (provider) => ({
      ...provider,
      readLine: (line) => {
        JSON.parse(line.toString());
        return provider.readLine(line);
      },
    }),
    caughtBy: "no line makes the reader throw",
  },
  {
    name: "reads no usage",
    breaks: (provider) => ({
      ...provider,
      readLine: (bytes) => {
        const line = provider.readLine(bytes);
        return line.kind === "answer" ? { ...line, usage: { ...line.usage, promptTokens: null } } : line;
      },
    }),
    caughtBy: "an answer comes with its text and its usage",
  },
  {
    name: "takes a refused key for a bad line",
    breaks: (provider) => ({
      ...provider,
      readLine: (bytes) => {
        const line = provider.readLine(bytes);
        return line.kind === "failure" ? { ...line, fault: "line" } : line;
      },
    }),
    caughtBy: "a failure is judged, and was paid for or not: line_error:status=401",
  },
  {
    name: "says that a refusal of the model cost nothing",
    breaks: (provider) => ({
      ...provider,
      readLine: (bytes) => {
        const line = provider.readLine(bytes);
        return line.kind === "failure" ? { ...line, usage: null } : line;
      },
    }),
    caughtBy: "a failure is judged, and was paid for or not: line_refusal",
  },
];
