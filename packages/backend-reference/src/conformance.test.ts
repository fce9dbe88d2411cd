import { describeBackend } from "@neurite/testkit";
import { describe, test } from "vitest";
import { reference } from "./index.ts";

describeBackend("reference", () => reference(), { describe, test });
