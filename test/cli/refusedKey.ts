/** A key that must not be shown anywhere: whoever looks for it looks for "C4nary". */
export const KEY = "sk-C4nary-key-1234567890";
/** How a provider refuses it, naming it whole. */
export const REFUSAL = JSON.stringify({
  error: { message: `Incorrect API key provided: ${KEY}`, type: "invalid_request_error", code: "invalid_api_key" },
});
