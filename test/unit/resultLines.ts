// Lines of result files, as the tests of their reader need them.

export const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

export function line(response: unknown, error: unknown = null): Buffer {
  return Buffer.from(JSON.stringify({ id: "batch_req_1", custom_id: "r1", response, error }));
}

export function completion(message: object, finish_reason = "stop"): Buffer {
  const body = { choices: [{ finish_reason, message }], usage };
  return line({ status_code: 200, request_id: "req_1", body });
}

export function raw(fields: object): Buffer {
  return Buffer.from(JSON.stringify({ id: "batch_req_1", custom_id: "r1", ...fields }));
}

export const good = { choices: [{ finish_reason: "stop", message: { content: "{}", refusal: null } }], usage };
export const served = { status_code: 200, request_id: "req_1", body: good };
