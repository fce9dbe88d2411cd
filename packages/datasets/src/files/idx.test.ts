import { gzipSync } from "node:zlib";
import { SerializationError } from "@neurite/core";
import { expect, test } from "vitest";
import { gunzip } from "./gunzip.ts";
import { readIdx } from "./idx.ts";

/** Two images of 1 × 3. */
const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255]);

test("an IDX file gives its bytes and its big-endian shape", () => {
  const { data, shape } = readIdx("images", images);
  expect(shape).toEqual([2, 1, 3]);
  expect([...data]).toEqual([10, 20, 30, 40, 50, 255]);
  expect(readIdx("labels", Uint8Array.from([0, 0, 8, 1, 0, 0, 1, 0, ...new Uint8Array(256)])).shape).toEqual([256]);
});

test("an IDX file may start anywhere in its buffer", () => {
  const padded = new Uint8Array(images.length + 5);
  padded.set(images, 5);
  expect(readIdx("images", padded.subarray(5))).toEqual(readIdx("images", images));
});

test.each([
  ["another magic number", Uint8Array.from([1, 0, 8, 1, 0, 0, 0, 0]), "is not an IDX file of unsigned bytes"],
  ["other elements than unsigned bytes", Uint8Array.from([0, 0, 13, 1, 0, 0, 0, 0]), "is not an IDX file of unsigned bytes"],
  ["no whole magic number", Uint8Array.from([0, 0, 8]), "is not an IDX file of unsigned bytes"],
  ["half a header", images.subarray(0, 10), "ends inside its header"],
  ["too few elements", images.subarray(0, -1), "holds 5 bytes where its shape [2,1,3] says 6"],
  ["too many elements", Uint8Array.from([...images, 0]), "holds 7 bytes where its shape [2,1,3] says 6"],
])("an IDX file with %s is refused by name", (_, bytes, message) => {
  expect(() => readIdx("train-images", bytes)).toThrow(SerializationError);
  expect(() => readIdx("train-images", bytes)).toThrow(`[idx] train-images ${message}`);
});

test("gzip data are unpacked, and damaged ones are refused by name", async () => {
  const packed = gzipSync(images);
  expect(new Uint8Array(await gunzip("images.gz", packed))).toEqual(images);
  for (const damaged of [images, packed.subarray(0, -9), new Uint8Array()]) {
    await expect(gunzip("images.gz", damaged)).rejects.toThrow("[gunzip] images.gz is not a whole gzip file");
  }
  const flipped = Uint8Array.from(packed);
  (flipped[packed.length - 6] as number) ^= 1; // in the CRC
  await expect(gunzip("images.gz", flipped)).rejects.toThrow(SerializationError);
});
