// node scripts/check-docs.mjs: fails where an exported symbol lacks a description, shapes, @throws or an @example.

import { declarationsOf, undocumented } from "./api/documentation.mjs";
import { entryPoints, readPublicApi } from "./api/public-api.mjs";

const found = undocumented(declarationsOf(readPublicApi(entryPoints().map(({ file }) => file)).values()));
for (const line of found) console.log(`undocumented ${line}`);
if (found.length > 0) process.exitCode = 1;
