import { createHmac } from "node:crypto";
import type { Realm } from "../../lib/auth/actor.ts";
import { type Reply, send } from "./send.ts";

/** Somebody at a browser: keeps the cookies that it is given, and calls from the console's own pages. */
export interface Visitor {
  cookies: Map<string, string>;
  /** The `Set-Cookie` headers of the answer before. */
  received: string[];
  signIn(path: string, body?: unknown): Promise<Reply>;
  call(path: string, options?: { method?: string; body?: unknown }): Promise<Reply>;
}

/** @param origin where the pages are reached, if it is not where the server listens */
export function openVisitor(url: string, realm: Realm, origin = url): Visitor {
  const cookies = new Map<string, string>();
  const visitor: Visitor = {
    cookies,
    received: [],
    signIn: (path, body) => visitor.call(`/api/auth/${realm}${path}`, body === undefined ? {} : { body }),
    call: async (path, options = {}) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { Origin: origin, "Sec-Fetch-Site": "same-origin", ...(cookie ? { Cookie: cookie } : {}) };
      const reply = await send(url + path, { ...options, headers });
      visitor.received = reply.headers.getSetCookie();
      for (const line of visitor.received) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === "" || /max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return reply;
    },
  };
  return visitor;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code that an authenticator shows (RFC 6238) for what an `otpauth:` address holds, now or so many steps from it. */
export function codeOf(totpURI: string, steps = 0): string {
  const secret = new URL(totpURI).searchParams.get("secret") ?? "";
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
