import { chatCompletion } from "./endpoints/chatCompletion.ts";
import { embeddings } from "./endpoints/embeddings.ts";
import type { Endpoint } from "./endpoints/endpoint.ts";
import { moderation } from "./endpoints/moderation.ts";
import { response } from "./endpoints/response.ts";
import { textCompletion } from "./endpoints/textCompletion.ts";

/** The endpoints that the emulator answers, and the body field that each cannot do without. */
export const endpoints: Record<string, { required: string; answer: Endpoint }> = {
  "/v1/chat/completions": { required: "messages", answer: chatCompletion },
  "/v1/responses": { required: "input", answer: response },
  "/v1/completions": { required: "prompt", answer: textCompletion },
  "/v1/embeddings": { required: "input", answer: embeddings },
  "/v1/moderations": { required: "input", answer: moderation },
};
