import { flattenTree, type SymbolicNode, type SymbolicOperation, type SymbolicTensor } from "@neurite/core";
import { isLayer, type Layer } from "@neurite/layers";
import type { ResolvedDotOptions } from "./options.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text within Graphviz's HTML. */
function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] as string);
}

/** A layer (or operation) as a table in Graphviz's HTML. `node` is its one application; null where there are none or several. */
export function labelOf(operation: SymbolicOperation, node: SymbolicNode | null, options: ResolvedDotOptions): string {
  const layer = isLayer(operation) ? operation : null;
  const className = escapeText(layer?.className ?? classOfOperation(operation.name));
  const facts = factsOf(layer, className, node, options);
  const wide = Math.max(1, facts.length);
  const title = options.showLayerNames ? `<b>${escapeText(operation.name)}</b> (${className})` : `<b>${className}</b>`;
  const rows = [`<td colspan="${wide}" bgcolor="black"><font point-size="16" color="white">${title}</font></td>`];
  const activation = options.showLayerActivations ? activationOf(layer) : null;
  if (activation !== null) rows.push(cell(`Activation: <b>${escapeText(activation)}</b>`, ` colspan="${wide}"`));
  if (facts.length > 0) rows.push(facts.join(""));
  return `<table border="0" cellborder="1" bgcolor="black" cellpadding="10">${rows.map((row) => `<tr>${row}</tr>`).join("")}</table>`;
}

function cell(text: string, attributes = ""): string {
  return `<td bgcolor="white"${attributes}><font point-size="14">${text}</font></td>`;
}

function factsOf(layer: Layer | null, className: string, node: SymbolicNode | null, options: ResolvedDotOptions): string[] {
  const facts: string[] = [];
  if (options.showShapes) {
    if (className !== "InputLayer") facts.push(cell(`Input shape: <b>${shapesOf(node?.inputs)}</b>`));
    facts.push(cell(`Output shape: <b>${shapesOf(node?.outputs)}</b>`));
  }
  if (options.showDtype) facts.push(cell(`Output dtype: <b>${listOf(node?.outputs, ({ dtype }) => dtype)}</b>`));
  if (options.showTrainable && layer !== null && layer.weights.length > 0) {
    const [color, text] = layer.trainable ? ["forestgreen", "Trainable"] : ["firebrick", "Non-trainable"];
    facts.push(`<td bgcolor="${color}"><font point-size="14" color="white"><b>${text}</b></font></td>`);
  }
  return facts;
}

function listOf(tensors: readonly SymbolicTensor[] | undefined, text: (tensor: SymbolicTensor) => string): string {
  if (tensors === undefined || tensors.length === 0) return "?";
  const texts = flattenTree(tensors).map((tensor) => text(tensor as SymbolicTensor));
  return escapeText(texts.length === 1 ? (texts[0] as string) : `[${texts.join(", ")}]`);
}

function shapesOf(tensors: readonly SymbolicTensor[] | undefined): string {
  return listOf(tensors, ({ shape }) => `(${shape.map((dim) => dim ?? "None").join(", ")}${shape.length === 1 ? "," : ""})`);
}

/** The name of the function a layer applies last; null where it has none. */
function activationOf(layer: Layer | null): string | null {
  const { activation } = (layer ?? {}) as { readonly activation?: unknown };
  if (activation === undefined || activation === null) return null;
  if (isLayer(activation)) return activation.name;
  const { name } = activation as { readonly name?: string };
  return (name ?? "") === "" ? "function" : (name as string).replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

/** "concatenate_1" → "Concatenate". */
function classOfOperation(name: string): string {
  return name.replace(/_\d+$/, "").replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
