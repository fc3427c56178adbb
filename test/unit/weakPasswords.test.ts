import { describe, expect, it } from "vitest";
import { refuseWeakPassword } from "../../lib/signIn/refuseWeakPassword.ts";

const PERSON = { email: "rita.meer@acme-bank.example", name: "Rita van Öhlen" };

describe("a password that guessers try first is refused", () => {
  it.each([
    ..."qwertyuiop123 QwertyUIOP123 unbelievable iloveyou1234 abcdefghijkl 123456789012 administrator".split(" "),
    ..."Password2026! !!!dragon!!!! 1234Football5678 passwordpassword sunny-sunny-sunny- ｐａｓｓｗｏｒｄ１２３４".split(
      " ",
    ),
  ])("%s", async (password) => {
    await expect(refuseWeakPassword(password, PERSON)).rejects.toMatchObject({ body: { code: "PASSWORD_TOO_COMMON" } });
  });

  it.each([
    PERSON.email,
    PERSON.email.toUpperCase(),
    "rita.meer2026!",
    "Rita van Öhlen",
    "ritavanöhlen99",
    "Öhlen van Rita",
    "acme-bank.example",
    "LiveDash2026!",
  ])("%s", async (password) => {
    await expect(refuseWeakPassword(password, PERSON)).rejects.toMatchObject({ body: { code: "PASSWORD_IS_NAME" } });
  });
});

describe("a password of one's own is taken", () => {
  it.each([
    "correct horse battery staple",
    "rita and eleven herons",
    "mK7#pQ2$vX9!",
    "dragon 4711 lantern",
    "password manager of my aunt",
    "κόκκινο άλογο μπαταρία",
  ])("%s", async (password) => {
    await expect(refuseWeakPassword(password, PERSON)).resolves.toBeUndefined();
  });
});
