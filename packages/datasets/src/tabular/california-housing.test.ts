import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reference } from "@neurite/backend-reference";
import { ops, setDefaultDevice, ValueError } from "@neurite/core";
import { beforeAll, describe, expect, it } from "vitest";
import { californiaHousing } from "./california-housing.ts";

beforeAll(() => setDefaultDevice(reference()));

async function withFile(text: string, body: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "neurite-housing-"));
  try {
    const path = join(folder, "housing.csv");
    await writeFile(path, text);
    await body(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const header = "median_house_value,longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,households,median_income";

describe("the sample of districts", () => {
  it("holds what is known of California: places, ages, and values up to the cut", async () => {
    const { train, test, featureNames } = await californiaHousing.loadData();
    const districts = (train.x.shape[0] as number) + (test.x.shape[0] as number);
    expect(districts).toBeGreaterThan(2000);
    expect((test.x.shape[0] as number) / districts).toBeCloseTo(0.2, 2);
    expect(featureNames).toHaveLength(8);
    const [least, most] = [await ops.min(train.x, { axis: 0 }).array(), await ops.max(train.x, { axis: 0 }).array()] as number[][];
    expect(least?.[0]).toBeGreaterThan(-125);
    expect(most?.[0]).toBeLessThan(-114);
    expect(least?.[1]).toBeGreaterThan(32);
    expect(most?.[1]).toBeLessThan(42);
    expect(most?.[2]).toBeLessThanOrEqual(52);
    expect(await ops.max(train.y).item()).toBeCloseTo(5.00001, 5);
    expect(await ops.mean(train.y).item()).toBeCloseTo(2.07, 0);
  });

  it("is split the same way for a seed, and another way for another", async () => {
    const held = async (seed: number): Promise<unknown> => (await californiaHousing.loadData({ seed })).test.y.array();
    const values = await (await californiaHousing.loadData()).test.y.array();
    expect(await held(42)).toEqual(values);
    expect(await held(1)).not.toEqual(values);
  });
});

describe("a file of one's own", () => {
  it("is read by the names of its columns, in any order; districts with gaps are left out", () =>
    withFile(`${header}\n200000,1,2,3,4,5,6,7,8\n300000,1,2,3,4,,6,7,8\n250000,1,2,3,4,5,6,7,8\n`, async (path) => {
      const { train, test } = await californiaHousing.loadData({ path, testSplit: 0.5 });
      expect(await ops.concatenate([train.x, test.x]).array()).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]]); // prettier-ignore
      const values = Array.from(await ops.concatenate([train.y, test.y]).data<Float32Array>());
      expect(values.sort()).toEqual([2, 2.5]);
    }));

  it("is refused where a column is missing or a cell is no number", async () => {
    await withFile("longitude,latitude\n1,2\n", (path) =>
      expect(californiaHousing.loadData({ path })).rejects.toThrow(/no column "housing_median_age"/u),
    );
    await withFile(`${header}\n200000,1,2,many,4,5,6,7,8\n`, (path) =>
      expect(californiaHousing.loadData({ path })).rejects.toThrow(/line 2 .* holds no numbers/u),
    );
    await expect(californiaHousing.loadData({ testSplit: 1 })).rejects.toThrow(ValueError);
  });
});
