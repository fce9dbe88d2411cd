/** Where two configs differ, as "path: own where Keras's was expected", one line each. */
export function configDifferences(own: unknown, keras: unknown): readonly string[] {
  const lines: string[] = [];
  compare(own, keras, "config", lines);
  return lines;
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === "object" && x !== null && !Array.isArray(x);

/** Numbers that Keras draws anew in each process. */
const passing = new Set(["shared_object_id"]);

function compare(own: unknown, keras: unknown, path: string, lines: string[]): void {
  if (isRecord(own) && isRecord(keras)) {
    for (const key of new Set([...Object.keys(keras), ...Object.keys(own)])) {
      if (passing.has(key)) continue;
      if (!(key in own)) lines.push(`${path}.${key} is missing: ${text(keras[key])} was expected`);
      else if (!(key in keras)) lines.push(`${path}.${key} is ${text(own[key])}: it was not expected`);
      else compare(own[key], keras[key], `${path}.${key}`, lines);
    }
  } else if (Array.isArray(own) && Array.isArray(keras) && own.length === keras.length) {
    own.forEach((item, i) => compare(item, keras[i], `${path}[${i}]`, lines));
  } else if (own === "__tensor__" && keras === "__numpy__") {
    // Keras tells constants of NumPy from its own; here they are tensors both.
  } else if (JSON.stringify(own) !== JSON.stringify(keras)) {
    lines.push(`${path} is ${text(own)} where ${text(keras)} was expected`);
  }
}

function text(json: unknown): string {
  const whole = JSON.stringify(json) ?? String(json);
  return whole.length > 120 ? `${whole.slice(0, 120)}…` : whole;
}
