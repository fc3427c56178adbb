export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape they assert themselves
  body: any;
}

/** Sends a call. A body makes it JSON; `method` is POST then, else GET. */
export async function send(
  url: string,
  options: { headers?: Record<string, string>; method?: string; body?: unknown } = {},
): Promise<Reply> {
  const hasBody = options.body !== undefined;
  const reply = await fetch(url, {
    method: options.method ?? (hasBody ? "POST" : "GET"),
    headers: { ...(hasBody ? { "Content-Type": "application/json" } : {}), ...options.headers },
    ...(hasBody ? { body: JSON.stringify(options.body) } : {}),
  });
  const text = await reply.text();
  const isJson = reply.headers.get("content-type")?.includes("json");
  return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : text };
}
