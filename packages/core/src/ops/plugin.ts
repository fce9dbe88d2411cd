import type { Entries, Plugin } from "../registry/registry.ts";
import { opInfo } from "../symbolic/define-op.ts";
import * as ops from "./index.ts";

function operationsOf(namespace: object, found: Record<string, unknown> = {}): Entries {
  for (const entry of Object.values(namespace)) {
    const info = opInfo(entry);
    if (info !== null) found[info.name] = entry;
    else if (typeof entry === "object" && entry !== null) operationsOf(entry as object, found);
  }
  return found;
}

let operations: Entries | undefined;

/** The ops by the names they have in keras.ops, for files of models that apply them. They are gathered when somebody asks. */
export const opsPlugin: Plugin & { readonly name: "ops"; readonly operations: Entries } = {
  name: "ops",
  get operations(): Entries {
    return (operations ??= operationsOf(ops));
  },
};
