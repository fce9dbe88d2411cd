/**
 * How `compare.ts` talks with the processes that it compares: a request is a line on their standard input, the answer a line on their standard
 * output. Lines that do not begin with "{" are what frameworks have to say, and are passed over.
 */
export interface Request {
  readonly do: "prepare" | "turn";
  readonly row: string;
}

export type Answer =
  | { readonly ready: true }
  /** A number in the row's unit. */
  | { readonly value: number }
  /** The contestant has no such row. */
  | { readonly absent: true }
  | { readonly failed: string };

/** Reads a line of output; null where it is no answer. */
export function parseAnswer(line: string): Answer | null {
  if (!line.startsWith("{")) return null;
  let answer: Partial<Record<"ready" | "value" | "absent" | "failed", unknown>>;
  try {
    answer = JSON.parse(line) as typeof answer;
  } catch {
    return null;
  }
  if (answer.ready === true) return { ready: true };
  if (answer.absent === true) return { absent: true };
  if (typeof answer.failed === "string") return { failed: answer.failed };
  if (typeof answer.value === "number" && answer.value > 0 && Number.isFinite(answer.value)) return { value: answer.value };
  return null;
}
