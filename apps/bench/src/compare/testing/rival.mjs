// A rival that talks like the real ones: lines that are no answers, one row that works, one that fails, one that ends the process.
import { createInterface } from "node:readline";

console.log("a framework says hello");
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, row } = JSON.parse(line);
  if (row === "dies") {
    console.error("out of luck");
    process.exit(1);
  }
  console.log("{ no answer either");
  if (row === "fails") console.log(JSON.stringify({ failed: "it does not like it" }));
  else if (row !== "works") console.log(JSON.stringify({ absent: true }));
  else console.log(JSON.stringify(what === "prepare" ? { ready: true } : { value: 2.5 }));
}
