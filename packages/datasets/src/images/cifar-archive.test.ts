import { reference } from "@neurite/backend-reference";
import { SerializationError, setDefaultDevice } from "@neurite/core";
import { createTarGzip } from "nanotar";
import { beforeAll, expect, test } from "vitest";
import { readCifar } from "./cifar-archive.ts";

beforeAll(() => setDefaultDevice(reference()));

/** One record: labels, then planes that hold 50, 100 and 150 plus the row of the pixel. */
function record(...labels: readonly number[]): number[] {
  const planes = [50, 100, 150].flatMap((base) => Array.from({ length: 1024 }, (_, k) => base + Math.floor(k / 32)));
  return [...labels, ...planes];
}

const archive = (files: Readonly<Record<string, readonly number[] | string>>): Promise<Uint8Array> =>
  createTarGzip(
    Object.entries(files).map(([name, data]) => ({ name: `cifar/${name}`, data: typeof data === "string" ? data : Uint8Array.from(data) })),
  );

const layout = { train: ["one.bin", "two.bin"], test: "test.bin", classNames: "names.txt", labelBytes: 1 };
const files = { "one.bin": [...record(2), ...record(0)], "two.bin": record(1), "test.bin": record(2), "names.txt": "cat\ndog\nfrog\n\n" };

test("records of all train files become images with channels last, in order", async () => {
  const { train, test: held, classNames } = await readCifar("cifar.tar.gz", await archive(files), layout);
  expect(train.x.shape).toEqual([3, 32, 32, 3]);
  expect(held.x.shape).toEqual([1, 32, 32, 3]);
  expect([...train.y.dataSync()]).toEqual([2, 0, 1]);
  expect(classNames).toEqual(["cat", "dog", "frog"]);

  const pixels = train.x.dataSync();
  for (const [image, row, column] of [
    [0, 0, 0],
    [1, 31, 5],
    [2, 7, 31],
  ] as const) {
    const at = ((image * 32 + row) * 32 + column) * 3;
    expect([...pixels.subarray(at, at + 3)]).toEqual([50, 100, 150].map((base) => Math.fround((base + row) / 255)));
  }
});

test("with two labels the second, fine one is the class", async () => {
  const packed = await archive({ "one.bin": record(9, 4), "test.bin": record(3, 7), "names.txt": "a\nb" });
  const { train, test: held } = await readCifar("cifar.tar.gz", packed, { ...layout, train: ["one.bin"], labelBytes: 2 });
  expect([...train.y.dataSync(), ...held.y.dataSync()]).toEqual([4, 7]);
  expect(held.x.dataSync()[0]).toBe(Math.fround(50 / 255));
});

test("damaged archives are refused by name", async () => {
  await expect(readCifar("cifar.tar.gz", new Uint8Array(100), layout)).rejects.toThrow("cifar.tar.gz is not a whole gzip file");
  const { "two.bin": _, ...without } = files;
  await expect(readCifar("cifar.tar.gz", await archive(without), layout)).rejects.toThrow("[cifar] cifar.tar.gz has no file two.bin in it");
  const cut = { ...files, "test.bin": record(2).slice(0, -1) };
  await expect(readCifar("cifar.tar.gz", await archive(cut), layout)).rejects.toThrow(SerializationError);
  await expect(readCifar("cifar.tar.gz", await archive(cut), layout)).rejects.toThrow("has a file of 3072 bytes, no multiple of 3073");
});
