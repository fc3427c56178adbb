import { describeConformance } from "./conformance.ts";
import { onEmulator } from "./fixture.ts";

describeConformance("openai", onEmulator("openai", {}, { shape: "openai" }));
