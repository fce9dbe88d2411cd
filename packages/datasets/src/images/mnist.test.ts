import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fashionMnist, mnist } from "./mnist.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "neurite-mnist-"));
  vi.stubEnv("NEURITE_HOME", home);
  await mkdir(join(home, "datasets"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(home, { recursive: true });
});

test.each([
  ["mnist", mnist, "https://ossci-datasets.s3.amazonaws.com/mnist/"],
  ["fashion-mnist", fashionMnist, "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
] as const)("%s asks for its four files, and a wrong one is refused with its checksums", async (name, dataset, base) => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return Promise.resolve(new Response("something else"));
  });
  // A wrong file in the cache counts as none.
  await writeFile(join(home, "datasets", `${name}-train-images-idx3-ubyte.gz`), "damaged");
  await expect(dataset.loadData()).rejects.toThrow(createHash("md5").update("something else").digest("hex"));
  await vi.waitFor(() =>
    expect(asked.sort()).toEqual(
      ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"].map(
        (file) => base + file,
      ),
    ),
  );
});
