/** What units can become one kernel, and of which form. */
import { sizeOf } from "../ir/node.ts";
import { joinStrides, refine, sameNumbers, spaceOf, splitStrides } from "../views/strides.ts";
import type { Edge, Relation } from "./relations.ts";
import type { Unit } from "./units.ts";

/** Longest row that a row kernel works on: several rows of intermediate values must fit the cache. */
const maxRow = 8192;

/** Most axes of a kernel's space. */
const maxRank = 8;

/** The form of the kernel that a cluster of units will be. */
export type Form =
  | { readonly kind: "loop"; readonly space: readonly number[] }
  /** Rows of `length` elements, one for each index of `rows`. Values that are the same along a row run over `rows` alone. */
  | { readonly kind: "row"; readonly rows: readonly number[]; readonly length: number }
  | { readonly kind: "reduce"; readonly space: readonly number[]; readonly reduced: readonly boolean[]; readonly kept: readonly number[] }
  /**
   * A dot or conv over `space`; its epilogue's units run over its axes in the order `axes` (null: as they are), or over
   * `finer`, which splits axes of `space` that all of the units walk evenly.
   */
  | {
      readonly kind: "product";
      readonly space: readonly number[];
      readonly axes: readonly number[] | null;
      readonly finer: readonly number[];
    }
  | { readonly kind: "kernel" };

export function formOf(unit: Unit): Form {
  switch (unit.kind) {
    case "loop":
      return { kind: "loop", space: unit.space };
    case "reduce":
      return { kind: "reduce", space: unit.space, reduced: unit.reduced, kept: unit.space.filter((_, axis) => !unit.reduced[axis]) };
    case "dot":
    case "conv":
      return { kind: "product", space: spaceOf(unit.space), axes: null, finer: spaceOf(unit.space) };
    case "kernel":
      return { kind: "kernel" };
  }
}

/** The reduce form as rows, if it reduces the last axis and no other, and rows are short. */
function asRows(form: Form): Extract<Form, { kind: "row" }> | null {
  if (form.kind === "row") return form;
  if (form.kind !== "reduce") return null;
  const last = form.space.length - 1;
  const length = form.space[last] as number;
  if (length > maxRow || !form.reduced.every((reduced, axis) => reduced === (axis === last))) return null;
  return { kind: "row", rows: form.kept, length };
}

/** Forms that the union of two clusters could take, the better first. Whether their reads fit one is for {@link edgeFits} to say. */
export function unionForms(a: Form, b: Form): Form[] {
  if (a.kind === "kernel" || b.kind === "kernel") return [];
  if (a.kind === "product" || b.kind === "product") {
    if (a.kind === "loop" && b.kind === "product") return productForms(b, a);
    if (b.kind === "loop" && a.kind === "product") return productForms(a, b);
    return [];
  }
  if (a.kind === "loop" && b.kind === "loop") {
    const space = refined(a.space, b.space);
    return space === null ? [] : [{ kind: "loop", space }];
  }
  const forms: Form[] = [];
  if (a.kind === "reduce" && b.kind === "reduce") {
    if (sameNumbers(a.space, b.space) && a.reduced.every((reduced, axis) => reduced === b.reduced[axis])) forms.push(a);
  } else if (a.kind === "reduce" && b.kind === "loop") {
    forms.push(...reduceForms(a, b));
  } else if (b.kind === "reduce" && a.kind === "loop") {
    forms.push(...reduceForms(b, a));
  }
  const rows = unionRows(a, b);
  if (rows !== null) forms.push(rows);
  return forms;
}

/** A reduction with an epilogue over the axes kept, which the epilogue may split. */
function reduceForms(reduce: Extract<Form, { kind: "reduce" }>, loop: Extract<Form, { kind: "loop" }>): Form[] {
  const kept = refined(reduce.kept, loop.space);
  if (kept === null) return [];
  if (sameNumbers(kept, reduce.kept)) return [reduce];
  const space: number[] = [];
  const reduced: boolean[] = [];
  let position = 0;
  reduce.space.forEach((dim, axis) => {
    if (reduce.reduced[axis]) {
      space.push(dim);
      reduced.push(true);
      return;
    }
    for (let size = 1; size < dim; position++) {
      space.push(kept[position] as number);
      reduced.push(false);
      size *= kept[position] as number;
    }
  });
  return space.length > maxRank ? [] : [{ ...reduce, space, reduced, kept }];
}

type ProductForm = Extract<Form, { kind: "product" }>;

function productForms(product: ProductForm, loop: Extract<Form, { kind: "loop" }>): Form[] {
  if (product.axes === null) {
    const finer = refined(product.finer, loop.space);
    return finer === null ? [] : [{ ...product, finer }];
  }
  const space = product.axes.map((axis) => product.space[axis] as number);
  return covers(space, loop.space) ? [product] : [];
}

/** True if a loop unit can run over a product's own axes: it walks each of them evenly. */
export function walksEvenly(unit: Unit, form: Form): boolean {
  if (form.kind !== "product" || form.axes !== null || unit.kind !== "loop") return true;
  const finer = refine(form.space, unit.space);
  if (finer === null) return false;
  if (sameNumbers(finer, form.space)) return true;
  const walks = [...unit.walks, ...unit.targets.map((target) => splitTarget(target.strides, unit.root.shape))];
  return walks.every((strides) => joinStrides(splitStrides(strides, unit.space, finer), finer, form.space) !== null);
}

/** A target's strides over a unit's space: without axes of size 1. */
function splitTarget(strides: readonly number[], shape: readonly number[]): number[] {
  return strides.filter((_, axis) => shape[axis] !== 1);
}

/** The form of a product whose epilogue runs over its axes in another order. */
export function permutedProduct(product: Form, axes: readonly number[]): Form {
  return product.kind === "product" ? { ...product, axes } : product;
}

function unionRows(a: Form, b: Form): Form | null {
  const rowsA = asRows(a);
  const rowsB = asRows(b);
  if (rowsA !== null && rowsB !== null) {
    if (rowsA.length !== rowsB.length) return null;
    const rows = refined(rowsA.rows, rowsB.rows);
    return rows === null ? null : { kind: "row", rows, length: rowsA.length };
  }
  const rows = rowsA ?? rowsB;
  const loop = rowsA === null ? a : b;
  if (rows === null || loop.kind !== "loop") return null;
  const size = sizeOf(loop.space);
  if (size === sizeOf(rows.rows)) {
    const refinedRows = refined(rows.rows, loop.space);
    return refinedRows === null ? null : { ...rows, rows: refinedRows };
  }
  const space = refined([...rows.rows, rows.length], loop.space);
  if (space === null || space[space.length - 1] !== rows.length) return null;
  return { ...rows, rows: space.slice(0, -1) };
}

function refined(a: readonly number[], b: readonly number[]): readonly number[] | null {
  if (sizeOf(a) !== sizeOf(b)) return null;
  const space = refine(a, b);
  return space === null || space.length > maxRank ? null : space;
}

/** True if `space` can walk values of shape `other` as it is. */
function covers(space: readonly number[], other: readonly number[]): boolean {
  const both = refined(space, other);
  return both !== null && sameNumbers(both, space);
}

/** What a unit of a row kernel works on: all elements, or one value a row. */
function isUniform(unit: Unit, form: Extract<Form, { kind: "row" }>): boolean {
  return unit.kind === "reduce" || unit.root.size === sizeOf(form.rows);
}

/** True if, in a kernel of this form, the edge's value can be handed over without going through memory. */
export function edgeFits(edge: Edge, form: Form, units: readonly Unit[]): boolean {
  const consumer = units[edge.consumer] as Unit;
  const producer = units[edge.producer] as Unit;
  const relation: Relation = edge.relation;
  switch (form.kind) {
    case "loop":
      return relation.kind === "same";
    case "reduce":
      return relation.kind === "same" && consumer.kind === "loop";
    case "product":
      if (consumer.kind !== "loop") return false;
      if (producer.kind !== "loop" && form.axes !== null) return relation.kind === "permuted" && sameNumbers(relation.axes, form.axes);
      return relation.kind === "same";
    case "row": {
      const readsFull = consumer.kind === "reduce" || !isUniform(consumer, form);
      if (!readsFull) return relation.kind === "same" && isUniform(producer, form);
      // A row relation means the same rows only when the reader's last axis is the row.
      if (isUniform(producer, form)) return relation.kind === "row" && consumer.space[consumer.space.length - 1] === form.length;
      return relation.kind === "same";
    }
    case "kernel":
      return false;
  }
}
