import { optionsOf, tensor, type Tensor, ValueError } from "@neurite/core";
import { dataFolder } from "../data-folder.ts";
import { shuffledIndices } from "../shuffled.ts";

const featureNames = [
  "longitude", "latitude", "housing_median_age", "total_rooms", "total_bedrooms", "population", "households", "median_income",
] as const; // prettier-ignore
const targetName = "median_house_value";
const unit = 100_000;

/** Which table is read, and how it is split. */
export interface HousingOptions {
  /** A CSV file with the whole table, in place of the sample: columns by the names of the features and "median_house_value". Default none. */
  readonly path?: string | null;
  /** Part of the districts to test on, above 0 and below 1; default 0.2. */
  readonly testSplit?: number;
  /** Which shuffle splits them; default 42. The same seed gives the same split everywhere. */
  readonly seed?: number;
}

/** Districts: features float32 [districts, 8], values float32 [districts] in 100,000 dollars. */
export interface HousingSet {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** A table of districts in its two parts. */
export interface HousingDataset {
  readonly train: HousingSet;
  readonly test: HousingSet;
  /** What the columns of `x` are: degrees, years, counts in the district, and income in 10,000 dollars. */
  readonly featureNames: readonly string[];
}

/**
 * Houses in districts of California, from the census of 1990: eight numbers of a district, and the median value of its houses, which is cut off
 * at 500,000 dollars. What comes along is every tenth of the 20,640 districts; those without a number of bedrooms are left out.
 * (Pace and Barry, Sparse Spatial Autoregressions, 1997; by way of StatLib)
 *
 * @throws ValueError for a split outside 0 … 1, and for a file that lacks a column or holds something else than numbers.
 * @example
 * const { train, test } = await californiaHousing.loadData();
 * train.x.shape; // [1632, 8]
 */
async function loadData(options: HousingOptions = {}): Promise<HousingDataset> {
  const { path = null, testSplit = 0.2, seed = 42 } = optionsOf("californiaHousing", options);
  if (!(testSplit > 0 && testSplit < 1))
    throw new ValueError(`[californiaHousing] testSplit must be above 0 and below 1: got ${testSplit}`);
  const { readFile } = await import("node:fs/promises");
  const source = path ?? new URL("california-housing.csv", dataFolder);
  const rows = parseDistricts(await readFile(source, "utf8"), String(source));
  const shuffled = Array.from(shuffledIndices(rows.length, seed), (index) => rows[index] as readonly number[]);
  const testSize = Math.max(1, Math.round(rows.length * testSplit));
  const part = (districts: readonly (readonly number[])[]): HousingSet => ({
    x: tensor(Float32Array.from(districts.flatMap((row) => row.slice(0, -1))), { shape: [districts.length, featureNames.length] }),
    y: tensor(Float32Array.from(districts, (row) => (row.at(-1) as number) / unit)),
  });
  return { train: part(shuffled.slice(0, -testSize)), test: part(shuffled.slice(-testSize)), featureNames };
}

/** Features and value of each district that has them all. */
function parseDistricts(csv: string, source: string): number[][] {
  const [header = "", ...lines] = csv.trim().split(/\r?\n/u);
  const names = header.split(",");
  const columns = [...featureNames, targetName].map((name) => {
    const column = names.indexOf(name);
    if (column < 0) throw new ValueError(`[californiaHousing] ${source} has no column "${name}": there are ${names.join(", ")}`);
    return column;
  });
  return lines.flatMap((line, i) => {
    const cells = line.split(",");
    const values = columns.map((column) => cells[column]?.trim() ?? "");
    if (values.includes("")) return [];
    const numbers = values.map(Number);
    if (!numbers.every(Number.isFinite)) throw new ValueError(`[californiaHousing] line ${i + 2} of ${source} holds no numbers: ${line}`);
    return [numbers];
  });
}

/** Values of houses in California, 1990: the regression task of many textbooks, without a download. */
export const californiaHousing: { readonly loadData: typeof loadData } = { loadData };
