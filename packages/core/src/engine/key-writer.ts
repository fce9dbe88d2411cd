/**
 * Structure as a row of integers: what programs are looked up by. Equal rows mean equal structure, and nothing else does: every item
 * says what kind it is and how long, numbers keep their bits (-0, NaN), objects without a text of their own count by identity.
 */
import { isInteger } from "../dtypes/dtype.ts";
import type { Graph } from "../graph/graph.ts";
import type { Node, Value } from "../graph/value.ts";

const interned = new Map<string, number>();

/** A small number for a string, the same for equal strings. For names, of which a program has few. */
export function intern(text: string): number {
  let id = interned.get(text);
  if (id === undefined) {
    id = interned.size;
    interned.set(text, id);
  }
  return id;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** A number for an object, the same for the same object. */
export function identity(object: object): number {
  let id = identities.get(object);
  if (id === undefined) identities.set(object, (id = nextIdentity++));
  return id;
}

/** What an item is. Negative, so that people who look at a key can tell them from numbers. */
const tag = {
  integer: -1,
  float: -2,
  string: -3,
  bigint: -4,
  true: -5,
  false: -6,
  null: -7,
  undefined: -8,
  array: -9,
  object: -10,
  graph: -11,
  identity: -12,
  symbol: -13,
} as const;

const words = new Int32Array(2);
const double = new Float64Array(words.buffer);
const long = new BigInt64Array(words.buffer);

const isGraph = (value: object): value is Graph => "nodes" in value && "inputs" in value && "updates" in value;

const graphKeys = new WeakMap<Graph, Int32Array>();

/** Collects integers and hashes them as they come. Reused from key to key, so that looking up allocates nothing. */
export class KeyWriter {
  data: Int32Array = new Int32Array(1024);
  length = 0;
  #hash = 0;

  start(): void {
    this.length = 0;
    this.#hash = 0x811c9dc5;
  }

  get hash(): number {
    return this.#hash >>> 0;
  }

  put(n: number): void {
    if (this.length === this.data.length) {
      const larger = new Int32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = n;
    this.#hash = Math.imul(this.#hash ^ n, 0x01000193);
  }

  /** The key so far, to keep. */
  copy(): Int32Array {
    return this.data.slice(0, this.length);
  }

  /** Names and values of a node's parameters, apart from `skip`. */
  putFields(fields: object, skip?: string): void {
    for (const name in fields) {
      if (name === skip) continue;
      this.put(intern(name));
      this.putItem((fields as Record<string, unknown>)[name]);
    }
    this.put(tag.object);
  }

  putItem(item: unknown): void {
    switch (typeof item) {
      case "number":
        this.putNumber(item);
        return;
      case "string":
        this.put(tag.string);
        this.put(intern(item));
        return;
      case "boolean":
        this.put(item ? tag.true : tag.false);
        return;
      case "undefined":
        this.put(tag.undefined);
        return;
      case "bigint":
        this.#putBigInt(item);
        return;
      case "symbol":
        this.put(tag.symbol);
        this.put(symbolNumber(item));
        return;
      default:
        if (item === null) this.put(tag.null);
        else this.#putObject(item as object);
    }
  }

  putNumber(value: number): void {
    if ((value | 0) === value && !(value === 0 && 1 / value < 0)) {
      this.put(tag.integer);
      this.put(value);
      return;
    }
    double[0] = value;
    this.put(tag.float);
    this.put(words[0] as number);
    this.put(words[1] as number);
  }

  putShape(shape: readonly number[]): void {
    this.put(shape.length);
    for (let i = 0; i < shape.length; i++) {
      const dim = shape[i] as number;
      if ((dim | 0) === dim) this.put(dim);
      else this.putNumber(dim);
    }
  }

  #putBigInt(value: bigint): void {
    this.put(tag.bigint);
    long[0] = value;
    this.put(words[0] as number);
    this.put(words[1] as number);
    if (long[0] !== value) this.putItem(String(value));
  }

  #putObject(item: object): void {
    if (Array.isArray(item)) {
      this.put(tag.array);
      this.put(item.length);
      for (let i = 0; i < item.length; i++) this.putItem(item[i]);
      return;
    }
    const prototype = Object.getPrototypeOf(item) as unknown;
    if (prototype !== Object.prototype && prototype !== null) {
      this.put(tag.identity);
      this.put(identity(item));
    } else if (isGraph(item)) {
      this.#putGraph(item);
    } else {
      this.put(tag.object);
      this.putFields(item);
    }
  }

  /** The graph's own key, made once. */
  #putGraph(graph: Graph): void {
    let key = graphKeys.get(graph);
    if (key === undefined) graphKeys.set(graph, (key = keyOfGraph(graph)));
    this.put(tag.graph);
    this.put(key.length);
    for (let i = 0; i < key.length; i++) this.put(key[i] as number);
  }
}

const symbols = new Map<symbol, number>();

function symbolNumber(symbol: symbol): number {
  let n = symbols.get(symbol);
  if (n === undefined) symbols.set(symbol, (n = symbols.size));
  return n;
}

/** Nodes whose run can fail at some data: their errors name op and layer, so these are part of what they are. */
function canFail(node: Node): boolean {
  switch (node.op) {
    case "check":
    case "gather":
    case "scatter":
      return true;
    case "div":
    case "rem":
      return isInteger((node.outputs[0] as Value).dtype);
    default:
      return false;
  }
}

/** What a node is apart from its operands. */
export function putNode(writer: KeyWriter, node: Node): void {
  writer.put(intern(node.op));
  writer.putFields(node.params, node.op === "composite" ? "vjp" : undefined);
  if (node.scope !== null && canFail(node)) {
    writer.putItem(node.scope.path);
    writer.putItem(node.scope.op);
  }
}

function keyOfGraph(graph: Graph): Int32Array {
  const writer = new KeyWriter();
  writer.start();
  const numbers = new Map<Value, number>();
  const define = (value: Value): void => void numbers.set(value, numbers.size);
  const at = (value: Value): number => numbers.get(value) ?? -1;
  writer.put(graph.inputs.length);
  for (const input of graph.inputs) {
    define(input);
    writer.put(intern(input.dtype));
    writer.putShape(input.shape);
  }
  for (const node of graph.nodes) {
    putNode(writer, node);
    writer.put(node.inputs.length);
    for (const input of node.inputs) writer.put(at(input));
    node.outputs.forEach(define);
  }
  writer.put(tag.array);
  for (const output of graph.outputs) writer.put(at(output));
  return writer.copy();
}
