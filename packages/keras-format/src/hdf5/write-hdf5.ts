/**
 * Writes HDF5 files as h5py does by default: groups of the older kind, arrays in one piece. The HDF5 library of {@link loadHdf5Library} only reads
 * here: it writes neither 16-bit floats nor booleans nor the opaque elements that stand for bfloat16.
 * (HDF5 File Format Specification 3.0, https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html)
 */
import { SerializationError } from "@neurite/core";
import { joined, padded, text, u16, u32, u64, u8, undefinedAddress } from "./bytes.ts";
import { datatypeOf, textType } from "./datatypes.ts";
import type { StoredDType } from "./stored-array.ts";

/** An array to be written: its elements row by row, low bytes first. */
export interface ArrayToWrite {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A group to be written. */
export interface GroupToWrite {
  /** Texts that say something about it. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: ReadonlyMap<string, GroupToWrite | ArrayToWrite>;
}

/** Entries of a symbol node are 4 to 8, children of a tree node 16 to 32, as in files of the library. */
const [leafRank, nodeRank] = [4, 16];
const [entrySize, symbolNodeSize, treeNodeSize] = [40, 8 + 2 * leafRank * 40, 24 + (4 * nodeRank + 1) * 8];
const superblockSize = 56 + entrySize;
/** The library takes no smaller heaps. */
const smallestHeap = 4096;

/**
 * A file with these groups and arrays.
 *
 * @param root The group that holds all others.
 * @throws SerializationError for elements of a dtype that weights in files do not have.
 */
export function hdf5Bytes(root: GroupToWrite): Uint8Array<ArrayBuffer> {
  return new Hdf5Writer().write(root);
}

/** Where the parts of a group were put. */
interface WrittenGroup {
  readonly header: number;
  readonly tree: number;
  readonly names: number;
}

/** Where a text was put: the address of its heap, and its number there. */
type WrittenText = readonly [heap: number, index: number];

/** What refers to something is put after it, so that every address is known when it is written. */
class Hdf5Writer {
  readonly #parts: Uint8Array[] = [];
  #size = superblockSize;
  #texts: ReadonlyMap<string, WrittenText> = new Map();

  write(root: GroupToWrite): Uint8Array<ArrayBuffer> {
    this.#texts = this.#putTexts([...textsOf(root)]);
    const superblock = superblockOf(this.#putGroup(root, ""), this.#size);
    return joined([superblock, ...this.#parts]);
  }

  /** Puts bytes at the end, and gives their address. */
  #put(bytes: Uint8Array): number {
    const at = this.#size;
    const whole = padded(bytes);
    this.#parts.push(whole);
    this.#size += whole.byteLength;
    return at;
  }

  #putGroup({ attributes, children }: GroupToWrite, path: string): WrittenGroup {
    const entries = [...children]
      .map(([name, child]) => ({ name: text(name), child, path: path === "" ? name : `${path}/${name}` }))
      .sort((a, b) => compare(a.name, b.name))
      .map(({ name, child, path: at }) => ({
        name,
        header: "children" in child ? this.#putGroup(child, at).header : this.#putArray(child, at),
      }));
    // The first name is the empty one, which no entry has: what tree nodes call the beginning.
    const places: number[] = [];
    let end = 8;
    for (const { name } of entries) {
      places.push(end);
      end += Math.ceil((name.byteLength + 1) / 8) * 8;
    }
    const namesAt = this.#put(joined([u8(0, 0, 0, 0, 0, 0, 0, 0), ...entries.map(({ name }) => padded(joined([name, u8(0)])))]));
    const names = this.#put(joined([text("HEAP"), u8(0, 0, 0, 0), u64(end, 1, namesAt)]));
    const tree = this.#putTree(entries.map(({ header }, i) => ({ place: places[i] as number, header })));
    const header = this.#put(objectHeader([message(0x11, u64(tree, names)), ...this.#attributes(attributes)]));
    return { header, tree, names };
  }

  /** The entries of a group, sorted by name, as a tree: nodes of one level lie one after another. */
  #putTree(entries: readonly { readonly place: number; readonly header: number }[]): number {
    let level = 0;
    let nodes = chunks(entries, 2 * leafRank).map((chunk) => ({
      last: chunk.at(-1)?.place ?? 0,
      at: this.#put(
        padded(
          joined([
            text("SNOD"),
            u8(1, 0),
            u16(chunk.length),
            ...chunk.map(({ place, header }) => joined([u64(place, header), u32(0, 0), u64(0, 0)])),
          ]),
          symbolNodeSize,
        ),
      ),
    }));
    for (;;) {
      const groups = nodes.length === 0 ? [[]] : chunks(nodes, 2 * nodeRank);
      const start = this.#size;
      let before = 0;
      const above = groups.map((group, i) => {
        const sibling = (j: number): number | bigint => (j >= 0 && j < groups.length ? start + j * treeNodeSize : undefinedAddress);
        const keysAndChildren = group.map(({ at, last }) => u64(at, last));
        const node = [text("TREE"), u8(0, level), u16(group.length), u64(sibling(i - 1), sibling(i + 1), before), ...keysAndChildren];
        before = group.at(-1)?.last ?? 0;
        return { last: before, at: this.#put(padded(joined(node), treeNodeSize)) };
      });
      const [first] = above;
      if (above.length === 1 && first !== undefined) return first.at;
      nodes = above;
      level++;
    }
  }

  #putArray({ dtype, shape, bytes }: ArrayToWrite, path: string): number {
    const type = datatypeOf(dtype);
    if (type === undefined) throw new SerializationError(`[save] weights in files are not ${dtype}: ${JSON.stringify(path)} is`);
    const at = bytes.byteLength === 0 ? undefinedAddress : this.#put(bytes);
    return this.#put(
      objectHeader([
        message(0x1, dataspace(shape)),
        message(0x3, type),
        // Space is taken when something is written, and filled with nothing in particular.
        message(0x5, joined([u8(2, 2, 2, 1), u32(0)])),
        message(0x8, joined([u8(3, 1), u64(at, bytes.byteLength)])),
        ...this.#attributes(attributesOf(dtype)),
      ]),
    );
  }

  #attributes(attributes: Readonly<Record<string, string>>): Uint8Array[] {
    return Object.entries(attributes).map(([key, value]) => {
      const [name, space] = [text(`${key}\0`), dataspace([])];
      const [heap, index] = this.#texts.get(value) as WrittenText;
      const sizes = u16(name.byteLength, textType.byteLength, space.byteLength);
      const reference = joined([u32(text(value).byteLength), u64(heap), u32(index)]);
      return message(0xc, joined([u8(1, 0), sizes, padded(name), padded(textType), space, reference]));
    });
  }

  /** Puts texts into heaps of the file. */
  #putTexts(texts: readonly string[]): ReadonlyMap<string, WrittenText> {
    const placed = new Map<string, WrittenText>();
    for (const chunk of chunks(texts, 2 ** 15)) {
      const objects = chunk.map((value, i) => {
        const bytes = text(value);
        return joined([u16(i + 1, 1), u32(0), u64(bytes.byteLength), padded(bytes)]);
      });
      const used = 16 + objects.reduce((size, { byteLength }) => size + byteLength, 0);
      const size = Math.max(smallestHeap, used + 16);
      const free = joined([u16(0, 0), u32(0), u64(size - used)]);
      const heap = this.#put(padded(joined([text("GCOL"), u8(1, 0, 0, 0), u64(size), ...objects, free]), size));
      chunk.forEach((value, i) => placed.set(value, [heap, i + 1]));
    }
    return placed;
  }
}

function superblockOf({ header, tree, names }: WrittenGroup, fileSize: number): Uint8Array {
  return joined([
    u8(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a),
    // Versions of the superblock and of what it holds, and the sizes of addresses and lengths.
    u8(0, 0, 0, 0, 0, 8, 8, 0),
    u16(leafRank, nodeRank),
    u32(0),
    u64(0, undefinedAddress, fileSize, undefinedAddress),
    u64(0, header),
    u32(1, 0),
    u64(tree, names),
  ]);
}

function objectHeader(messages: readonly Uint8Array[]): Uint8Array {
  const body = joined(messages);
  return joined([u8(1, 0), u16(messages.length), u32(1, body.byteLength, 0), body]);
}

function message(type: number, body: Uint8Array): Uint8Array {
  const whole = padded(body);
  return joined([u16(type, whole.byteLength), u8(0, 0, 0, 0), whole]);
}

const dataspace = (shape: readonly number[]): Uint8Array => joined([u8(1, shape.length, 0, 0), u32(0), u64(...shape)]);

const attributesOf = (dtype: StoredDType): Readonly<Record<string, string>> => (dtype === "bfloat16" ? { dtype } : {});

/** The texts of all attributes, each once. */
function textsOf(group: GroupToWrite): Set<string> {
  const texts = new Set(Object.values(group.attributes));
  for (const child of group.children.values()) {
    for (const value of "children" in child ? textsOf(child) : Object.values(attributesOf(child.dtype))) texts.add(value);
  }
  return texts;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

/** The order of names in trees: that of their bytes. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
