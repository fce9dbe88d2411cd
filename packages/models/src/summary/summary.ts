import { bytesPerElement, type DType, type OptimizerLike, type SymbolicOperation, type Variable } from "@neurite/core";
import { isLayer, isShape, type Layer, type ShapeTree } from "@neurite/layers";
import type { FunctionalGraph } from "../functional/graph.ts";
import { type Column, tableLines } from "./table.ts";

/** Options of {@link Model.summary}. */
export interface SummaryOptions {
  /** Where lines go; default the console. */
  readonly printFn?: (line: string) => void;
  /** Width of the table in characters; default what fits the terminal (76 where there is none), at most 88, or 108 with connections. */
  readonly lineLength?: number | null;
  /** Also show the layers inside of nested models. Default false. */
  readonly expandNested?: boolean;
  /** Also show which layers are trained. Default false. */
  readonly showTrainable?: boolean;
}

/** What a summary needs of a model. */
export interface SummarizedModel {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly graph: FunctionalGraph | null;
  /** True for a Sequential: its layers follow each other. */
  readonly isStack: boolean;
  readonly trainableWeights: readonly Variable[];
  readonly nonTrainableWeights: readonly Variable[];
}

const defaultWidth = { plain: 88, connected: 108, trainable: 12 };

/** The model as a table, as Keras prints it. `optimizer` is null where its slots do not exist yet. */
export function summaryLines(model: SummarizedModel, optimizer: OptimizerLike | null, options: SummaryOptions): string[] {
  const { graph } = model;
  const operations: readonly SymbolicOperation[] = graph === null || model.isStack ? model.layers : graph.operations;
  const connected = graph !== null && !model.isStack && !isChain(graph);
  const columns = columnsFor(connected, options.showTrainable ?? false);
  const rows = operations.flatMap((operation) => rowsOf(operation, graph, connected, options, 0));
  const width = (connected ? defaultWidth.connected : defaultWidth.plain) + (options.showTrainable ? defaultWidth.trainable : 0);
  return [
    `Model: ${JSON.stringify(model.name)}`,
    ...tableLines(columns, rows, options.lineLength ?? Math.min(width, terminalWidth() - 4)),
    ...totals(model, optimizer),
  ];
}

function columnsFor(connected: boolean, showTrainable: boolean): Column[] {
  const ends = connected ? [0.3, 0.56, 0.74, 1] : [0.45, 0.8, 1];
  const columns: Column[] = [
    { header: "Layer (type)", align: "left", end: ends[0] },
    { header: "Output Shape", align: "left", end: ends[1] },
    { header: "Param #", align: "right", end: ends[2] },
  ];
  if (connected) columns.push({ header: "Connected to", align: "left", end: ends[3] });
  if (!showTrainable) return columns;
  return [...columns.map((column) => ({ ...column, end: column.end * 0.9 })), { header: "Trainable", align: "center", end: 1 }];
}

/** The row of an operation, and with `expandNested` those of the layers inside it. */
function rowsOf(
  operation: SymbolicOperation,
  graph: FunctionalGraph | null,
  connected: boolean,
  options: SummaryOptions,
  level: number,
): string[][] {
  const layer = isLayer(operation) ? operation : null;
  const prefix = level === 0 ? "" : `${"   ".repeat(level)}└ `;
  const row = [
    `${prefix}${operation.name} (${layer?.className ?? operationClass(operation.name)})`,
    shapeOf(operation, graph),
    layer === null ? "0" : layer.built ? layer.countParams().toLocaleString("en-US") : "0 (unbuilt)",
  ];
  if (connected) row.push(level === 0 ? connectionsOf(operation, graph) : "-");
  if (options.showTrainable) row.push(layer === null || layer.weights.length === 0 ? "-" : layer.trainable ? "Y" : "N");
  const nested = layer as (Layer & Partial<SummarizedModel>) | null;
  if (!options.expandNested || nested?.layers === undefined) return [row];
  return [row, ...nested.layers.flatMap((inner) => rowsOf(inner, nested.graph ?? null, connected, options, level + 1))];
}

/** Whether each operation follows the one before it and nothing else: then connections say nothing new. */
function isChain({ nodes, operations }: FunctionalGraph): boolean {
  return (
    nodes.length === operations.length &&
    nodes.every(({ inputs }, i) => (i === 0 ? inputs.length === 0 : inputs.length === 1 && inputs[0].node === nodes[i - 1]))
  );
}

/** "concatenate_1" → "Concatenate". */
function operationClass(name: string): string {
  return name.replace(/_\d+$/, "").replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function shapeOf(operation: SymbolicOperation, graph: FunctionalGraph | null): string {
  const outputs = graph?.nodes.findLast((node) => node.operation === operation)?.outputs;
  if (outputs !== undefined)
    return outputs.length === 1 ? shapeText(outputs[0].shape) : `[${outputs.map(({ shape }) => shapeText(shape)).join(", ")}]`;
  const built = isLayer(operation) ? operation.getBuildConfig()?.["input_shape"] : null;
  return built === null || built === undefined ? "?" : treeText((operation as Layer).computeOutputShape(built as ShapeTree));
}

function treeText(tree: ShapeTree): string {
  if (isShape(tree)) return shapeText(tree);
  if (Array.isArray(tree)) return `[${tree.map((child) => treeText(child as ShapeTree)).join(", ")}]`;
  return `{${Object.entries(tree).map(([key, child]) => `${key}: ${treeText(child as ShapeTree)}`).join(", ")}}`; // prettier-ignore
}

const shapeText = (shape: readonly (number | null)[]): string => `(${shape.map((dim) => dim ?? "None").join(", ")})`;

function connectionsOf(operation: SymbolicOperation, graph: FunctionalGraph | null): string {
  const inputs = (graph?.nodes ?? []).filter((node) => node.operation === operation).flatMap((node) => node.inputs);
  return inputs.length === 0 ? "-" : inputs.map(({ node, index }) => `${node.operation.name}[${node.index}][${index}]`).join(", ");
}

interface Size {
  readonly count: number;
  readonly bytes: number;
}

function totals({ trainableWeights, nonTrainableWeights }: SummarizedModel, optimizer: OptimizerLike | null): string[] {
  const trainable = sizeOf(trainableWeights);
  const frozen = sizeOf(nonTrainableWeights);
  const slots = optimizer === null ? { count: 0, bytes: 0 } : sizeOf(optimizer.variables, optimizer.iterations);
  const total = { count: trainable.count + frozen.count + slots.count, bytes: trainable.bytes + frozen.bytes + slots.bytes };
  const line = (what: string, { count, bytes }: Size): string =>
    ` ${what} params: ${count.toLocaleString("en-US")} (${readableBytes(bytes)})`;
  return [
    line("Total", total),
    line("Trainable", trainable),
    line("Non-trainable", frozen),
    ...(optimizer === null ? [] : [line("Optimizer", slots)]),
  ];
}

/** Elements and bytes; the step counter as files hold it, in 64 bits. */
function sizeOf(variables: readonly Variable[], counter: Variable | null = null): Size {
  const bytes = (variable: Variable): number => variable.size * (variable === counter ? 8 : bytesPerElement(variable.dtype as DType));
  return {
    count: variables.reduce((total, { size }) => total + size, 0),
    bytes: variables.reduce((total, variable) => total + bytes(variable), 0),
  };
}

/** Bytes with two decimals and a binary unit: "1.02 MB". */
export function readableBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ["B", "KB", "MB", "GB"]) {
    if (size < 1024) return `${size.toFixed(2)} ${unit}`;
    size /= 1024;
  }
  return `${size.toFixed(2)} TB`;
}

function terminalWidth(): number {
  return (globalThis as { process?: { stdout?: { columns?: number } } }).process?.stdout?.columns ?? 80;
}
