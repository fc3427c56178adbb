import { describeConformance } from "./conformance.ts";
import { onEmulator } from "./fixture.ts";

describeConformance("openai", onEmulator("openai", {}, { shape: "openai" }));
describeConformance(
  "openai at /v1/responses",
  onEmulator("openai", { endpoint: "/v1/responses" }, { shape: "openai" }),
);
