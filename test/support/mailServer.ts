import { once } from "node:events";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { LOOPBACK_CERTIFICATE } from "./loopbackCertificate.ts";

export interface Mail {
  from: string;
  to: string[];
  /** Whether it came over TLS. */
  encrypted: boolean;
  /** Headers and text, as they came but for the encoding of lines. */
  source: string;
}

export interface MailServer {
  url: string;
  /** What has been sent, the oldest first. */
  mails: Mail[];
  /** How many mails have been refused. */
  refused(): number;
  /** Refuses so many mails from now on. */
  refuse(count: number): void;
  /** Has something happen while the next mail is on its way. */
  meanwhile(work: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/**
 * A mail server on a free port of this machine, which keeps what it is sent.
 * @param options.tls it offers STARTTLS, with a certificate that a client has to be told to trust
 */
export async function startMailServer({ tls = false }: { tls?: boolean } = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  let refusals = 0;
  let refused = 0;
  let work: (() => Promise<unknown>) | undefined;
  const server = new SMTPServer({
    authOptional: true,
    ...(tls ? LOOPBACK_CERTIFICATE : { disabledCommands: ["STARTTLS"] }),
    logger: false,
    onData: (stream, session, done) => {
      text(stream).then(async (source) => {
        const happens = work;
        work = undefined;
        await happens?.();
        if (refusals > 0) {
          refusals--;
          refused++;
          return done(Object.assign(new Error("Try again later"), { responseCode: 451 }));
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          encrypted: session.secure,
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          source: source.replaceAll("=\r\n", "").replaceAll("=3D", "="),
        });
        done();
      }, done);
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refused: () => refused,
    refuse: (count) => {
      refusals = count;
    },
    meanwhile: (happens) => {
      work = happens;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** The link that a mail has. */
export function linkIn(mail: Mail | undefined): URL {
  return new URL(/https?:\/\/\S+/.exec(mail?.source ?? "")?.[0] ?? "");
}
