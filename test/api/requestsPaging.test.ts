import { describe } from "vitest";
import { testPaging } from "./paging.ts";

describe("paging while requests change", () => testPaging(150));
