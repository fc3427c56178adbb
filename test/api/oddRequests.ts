/** What may stand behind, below or within an address. */
export const ODD_SEGMENTS = [
  ..."% %2 %zz %ff %c3%28 %ed%a0%80 %00 %0a %0d%0aX:1 ..%2f..%2f %2e%2e%2f%2e%2e%2fetc%2fpasswd ../../../etc/passwd".split(
    " ",
  ),
  ..."// /./ .. . %2f %5c \\ ;a=b [id] %5Bid%5D (list) _next __proto__ constructor * @evil.example :80 -1 1e999".split(
    " ",
  ),
  ..."? ?% ?%ff ?a=%00 ?a&a ?a[]=1&a[b]=2 ?__proto__=1 ?_rsc=x ?status=%ff ?cursor=%00 ?limit=1e9 #x {} | ^ ` ' \" <script>".split(
    " ",
  ),
  "\xff\xfe",
  "\xc3\xbc",
  "x".repeat(4_000),
  "%41".repeat(1_000),
  "/".repeat(500),
];

export const ODD_TARGETS = [
  ..."* // /// //evil.example /\\evil.example ? # /? /# /% /%00 /..%2f /%2e%2e/ /.. /. /%ff localhost:80".split(" "),
  ..."http://localhost/ http://localhost http://evil.example/ https://localhost/platform http:// http:/// ftp://x/".split(
    " ",
  ),
  ..."/_next /_next/ /_next/image /_next/image?url=http://x/&w=1&q=1 /_next/image?url=%&w=64&q=75".split(" "),
  ..."/_next/image?url=%2Ficon.svg&w=64&q=75 /_next/static/% /_next/static/..%2f..%2fpackage.json /_next/static/%00".split(
    " ",
  ),
  ..."/_next/static/nothing.js /_next/data/x/y.json /_next/data /_next/webpack-hmr /_error /_not-found /404 /500".split(
    " ",
  ),
  ..."/_document /.env /.git/config /favicon.ico /robots.txt /sign-in/ /sign-in// /SIGN-IN /sign-in.rsc /index".split(
    " ",
  ),
  ..."/index.rsc /sign-in.txt /sign-in.segments/_tree.segment.rsc /api /api/ /api// /api/% /api/%00 /api/%ff".split(
    " ",
  ),
  ..."/api/%2e%2e/ /api/auth /api/auth/%/% /api/auth/platform /api/auth/platform/%ff /api/health/% /api/ready?%".split(
    " ",
  ),
];

export const METHODS = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND QUERY LOCK M-SEARCH SUBSCRIBE".split(" ");

export const ODD_HEADERS = [
  "Cookie: %",
  "Cookie: a=%ff; livedash-platform.session_token=%",
  "Cookie: livedash-platform.session_token=x.y%00",
  "Cookie: livedash-company.session_token=%E0%A4%A",
  "Cookie: ;;;=;=a;\xff",
  `Cookie: ${"a=b; ".repeat(2_000)}`,
  "Cookie: __proto__=1; constructor=2",
  ...["", " \xff", " ldk_%00", ` ldk_${"x".repeat(5_000)}`].map((key) => `Authorization: Bearer${key}`),
  "Authorization: Basic %%%",
  ...["bytes=-1", "bytes=9999999-", "bytes=5-2", "items=0-1", "bytes=0-0,2-2,4-4", "bytes=a-b"].map(
    (it) => `Range: ${it}`,
  ),
  "If-Range: x",
  "If-Modified-Since: never",
  "If-None-Match: \xff",
  "If-Match: *",
  "Accept: \xff",
  "Accept: */*;q=x",
  "Accept-Encoding: gzip;q=x, \xff",
  "Accept-Language: \xff, *;q=9",
  "Content-Type: \xff",
  "Content-Encoding: gzip",
  "Expect: 100-continue",
  "Expect: something",
  "X-Forwarded-For: \xff",
  ...["a b", "[::", "evil.example", "\xff"].map((host) => `X-Forwarded-Host: ${host}`),
  ...["%%", "https, http", "\xff"].map((protocol) => `X-Forwarded-Proto: ${protocol}`),
  "X-Forwarded-Port: abc",
  "Forwarded: for=\xff",
  ...["null", "%", "http://["].map((origin) => `Origin: ${origin}`),
  "Referer: %",
  "Sec-Fetch-Site: \xff",
  "RSC: 1",
  ...["%", "{}", "%5B%22%22%5D", "x".repeat(5_000)].map((tree) => `RSC: 1\r\nNext-Router-State-Tree: ${tree}`),
  "RSC: 1\r\nNext-Router-Prefetch: 1\r\nNext-Router-Segment-Prefetch: /%",
  "Next-Action: x",
  ...["%", "http://["].map((url) => `Next-Url: ${url}`),
  "Next-Hmr-Refresh: 1",
  "x-middleware-subrequest: src/middleware",
  "x-nextjs-data: 1",
  "x-now-route-matches: 1=%",
  ...["matched-path", "invoke-path", "invoke-output", "invoke-query"].map((name) => `x-${name}: /%`),
  "x-invoke-status: 700",
  "x-middleware-invoke: 1",
  "x-prerender-revalidate: 1",
  "purpose: prefetch",
  "Upgrade: websocket\r\nConnection: Upgrade",
  "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x",
  "x-livedash-path: http://[",
  "x-livedash-client-ip: \xff",
  "content-security-policy: \xff",
  "Content-Length: 0",
  "X: ",
  `X: ${"y".repeat(9_000)}`,
  `X: ${"y".repeat(20_000)}`,
  Array.from({ length: 3_000 }, () => "X:").join("\r\n"),
];

const HOST = "Host: localhost\r\n";
const POST = `POST /api/auth/platform/sign-in/email HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;
const GET = `GET /api/health HTTP/1.1\r\n${HOST}`;

/** Whole requests, by what is odd about them. */
export const ODD_REQUESTS: Record<string, string> = {
  "length and chunks": `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "two lengths": `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`,
  "the same length twice": `${POST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
  "a negative length": `${POST}Content-Length: -1\r\n\r\n`,
  "a length that is no number": `${POST}Content-Length: 1e3\r\n\r\n`,
  "a huge length": `${POST}Content-Length: 99999999999999999999\r\n\r\n`,
  "less than the length": `${POST}Content-Length: 50\r\n\r\n{}`,
  "more than the length": `${POST}Content-Length: 2\r\n\r\n{}{}{}`,
  "an encoding that we do not know": `${POST}Transfer-Encoding: gzip\r\n\r\n`,
  "chunked twice": `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  "a chunk whose size is none": `${POST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
  "a huge chunk": `${POST}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
  "chunks without an end": `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`,
  "a body of bytes that are no text": `${POST}Content-Length: 4\r\nConnection: close\r\n\r\n\xff\xfe\x00\x80`,
  "a body for GET": `${GET}Content-Length: 5\r\nConnection: close\r\n\r\nhello`,
  "HTTP/1.0": "GET /api/health HTTP/1.0\r\n\r\n",
  "HTTP/1.0 with a host": `GET /api/health HTTP/1.0\r\n${HOST}\r\n`,
  "HTTP/0.9": "GET /\r\n\r\n",
  "HTTP/2.0": `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
  "HTTP/9.9": `GET / HTTP/9.9\r\n${HOST}\r\n`,
  "several at once": `${GET}\r\n`.repeat(20),
  "several at once, the second odd": `${GET}\r\nGET /%ff HTTP/1.1\r\n${HOST}\r\n${GET}Connection: close\r\n\r\n`,
  "another hidden in a body": `${POST}Content-Length: 2\r\n\r\n{}GET / HTTP/1.1\r\n${HOST}\r\n`,
  "a folded header": `${GET}X: a\r\n b\r\n\r\n`,
  "a header without a colon": `${GET}nothing\r\n\r\n`,
  "NUL in a header": `${GET}X: a\0b\r\n\r\n`,
  "NUL in the address": `GET /a\0b HTTP/1.1\r\n${HOST}\r\n`,
  "line feeds alone": "GET /api/health HTTP/1.1\nHost: localhost\n\n",
  "a space before the colon": `${GET}X : a\r\n\r\n`,
  "nothing but empty lines": "\r\n".repeat(50),
  TLS: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "no end": GET,
};
