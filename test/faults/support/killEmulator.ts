// The emulator as a process of its own: `node killEmulator.ts '<options as JSON>'` says its address on standard output.
import { startEmulator } from "../../../emulator/server.ts";

const emulator = await startEmulator(JSON.parse(process.argv[2] ?? "{}"));
process.stdout.write(`${emulator.url}\n`);
// It goes with the process that started it, however that ends.
process.stdin.on("end", () => process.exit()).resume();
