import { describeConformance } from "./conformance.ts";
import { onEmulator } from "./fixture.ts";

describeConformance("azure", onEmulator("azure", {}, { shape: "azure" }));
