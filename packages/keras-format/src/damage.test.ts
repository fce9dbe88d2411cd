import { SerializationError } from "@neurite/core";
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { beforeEach, describe, expect, test } from "vitest";
import { parsePythonJson } from "./archive/python-json.ts";
import { readArchive } from "./archive/read-archive.ts";
import { loadModel } from "./load.ts";
import { fixtureBytes, setUp } from "./testing/fixtures.ts";

beforeEach(() => void setUp());

/** An archive of these members. */
async function archive(members: Readonly<Record<string, string | Uint8Array>>, options: object = {}): Promise<Uint8Array> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const [name, data] of Object.entries(members)) {
    await writer.add(name, typeof data === "string" ? new TextReader(data) : new Uint8ArrayReader(data), options);
  }
  return new Uint8Array(await (await writer.close()).arrayBuffer());
}

/** xorshift32: the same places in each run. */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe("archives", () => {
  test("one changed byte in the weights, the config or the directory is found", async () => {
    const whole = fixtureBytes("plain.keras");
    const random = randomIntegers(5);
    for (let i = 0; i < 60; i++) {
      const changed = whole.slice();
      const place = random(changed.length);
      changed[place] = (changed[place] as number) ^ (1 << random(8));
      // Dates, versions and the like are not covered by any sum, and mean nothing.
      const error = await loadModel(changed).then(() => null, (reason: unknown) => reason); // prettier-ignore
      if (error !== null) expect(error, `byte ${place}`).toBeInstanceOf(SerializationError);
    }
    const inWeights = whole.slice();
    inWeights[whole.length - 2000] = (inWeights[whole.length - 2000] as number) ^ 1;
    await expect(loadModel(inWeights)).rejects.toThrow(/member "model\.weights\.h5" of .* is damaged/);
  });

  test("a cut file is found, wherever it is cut", async () => {
    const whole = fixtureBytes("plain.keras");
    for (const size of [4, 30, 1000, whole.length - 100, whole.length - 1]) {
      await expect(loadModel(whole.slice(0, size)), `${size} bytes`).rejects.toThrow(SerializationError);
    }
  });

  test("members that are missing are named", async () => {
    await expect(archive({ "readme.txt": "hello" }).then(loadModel)).rejects.toThrow("it has no config.json");
    const config = JSON.stringify({ module: "keras", class_name: "Sequential", config: { name: "empty", layers: [] } });
    await expect(archive({ "config.json": config }).then(loadModel)).rejects.toThrow("has no weights: neither model.weights.h5 nor");
    await expect(archive({ "config.json": "{" }).then(loadModel)).rejects.toThrow(/config\.json of .* is no JSON/);
    await expect(archive({ "config.json": "[]" }).then(loadModel)).rejects.toThrow("has no class_name");
  });

  test.each(["../evil", "/evil", "assets/../../evil", "C:\\evil", "assets\\..\\evil"])("a member called %s is refused", async (name) => {
    await expect(archive({ [name]: "x" }).then(loadModel)).rejects.toThrow(/is no zip archive, or damaged: Unsafe filename/);
  });

  test("members that claim to unpack to more than models do are refused before they are unpacked", async () => {
    const bomb = await archive({ "config.json": new Uint8Array(80 * 2 ** 20) }, { level: 9 });
    expect(bomb.length).toBeLessThan(2 ** 20);
    await expect(loadModel(bomb)).rejects.toThrow(/claims to unpack \d+ bytes to 83886080: no model does/);
  });

  test("compressed members are read, and unwanted ones left alone", async () => {
    const packed = await archive({ "a.txt": "hello ".repeat(100), "b.txt": "no" }, { level: 9 });
    const members = await readArchive(packed, "it", (name) => name === "a.txt");
    expect([...members].map(([name, bytes]) => [name, bytes.length])).toEqual([["a.txt", 600]]);
  });

  test("encrypted members are refused", async () => {
    const locked = await archive({ "config.json": "{}" }, { password: "secret" });
    await expect(loadModel(locked)).rejects.toThrow("is encrypted");
  });
});

test("a damaged HDF5 file is a SerializationError, whatever is damaged, and nothing is printed", async () => {
  const whole = fixtureBytes("stack.h5");
  const random = randomIntegers(11);
  for (let i = 0; i < 80; i++) {
    const changed = whole.slice(0, i % 4 === 0 ? random(whole.length) : whole.length);
    for (let j = 0; j < 12 && changed.length > 0; j++) changed[random(changed.length)] = random(256);
    const error = await loadModel(changed).then(() => null, (reason: unknown) => reason); // prettier-ignore
    if (error !== null) expect(error).toBeInstanceOf(SerializationError);
  }
});

test("Python's numbers that JSON has not are read, and texts left alone", () => {
  expect(parsePythonJson('{"a": [NaN, Infinity, -Infinity, 1], "b": "NaN, \\"Infinity\\""}', "it")).toEqual({
    a: [NaN, Infinity, -Infinity, 1],
    b: 'NaN, "Infinity"',
  });
});
