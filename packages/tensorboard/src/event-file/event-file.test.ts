import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeEvent, encodeEvent } from "./event.ts";
import { frameRecord, readRecords } from "./records.ts";

/** Written by TensorFlow 2.21: loss and accuracy of five steps, a histogram, a text and a picture. */
const file = readFileSync(new URL("../testing/tf-summary.tfevents", import.meta.url));

describe("a file that TensorFlow wrote", () => {
  const events = [...readRecords(file)].map(decodeEvent);

  it("is read", () => {
    expect(events[0]?.fileVersion).toBe("brain.Event:2");
    const scalars = events.flatMap(({ step, summaries }) =>
      summaries.filter(({ plugin }) => plugin === "scalars").map(({ tag, values }) => [step, tag, values[0]]),
    );
    expect(scalars).toHaveLength(10);
    expect(scalars[4]).toEqual([2, "loss", Math.fround(1 / 3)]);
    const summaries = events.flatMap((event) => event.summaries);
    expect(summaries.find(({ tag }) => tag === "w")).toMatchObject({ plugin: "histograms", dtype: "float64", shape: [4, 3] });
    expect(summaries.find(({ tag }) => tag === "w")?.values.slice(0, 3)).toEqual([-2, -1, 2]);
    expect(Buffer.from(summaries.find(({ tag }) => tag === "note")?.values[0] as Uint8Array).toString()).toBe("héllo");
  });

  it("has frames as we make them", () => {
    expect(Buffer.concat([...readRecords(file)].map(frameRecord)).equals(file)).toBe(true);
  });

  it("is refused where a byte is damaged or missing, with the place", () => {
    const damaged = Uint8Array.from(file);
    damaged[14]! ^= 1;
    expect(() => [...readRecords(damaged)]).toThrow(/checksum of the data is wrong in the record at byte 0/);
    damaged[2]! ^= 1;
    expect(() => [...readRecords(damaged)]).toThrow(/checksum of the length is wrong/);
    expect(() => [...readRecords(file.subarray(0, -1))]).toThrow(/the file ends in the record at byte \d{3}/);
  });
});

it("decoding undoes encoding", () => {
  const tensor = { dtype: "float64", shape: [2, 3], values: [1, 2, 3, 4, 5, 0.1] } as const;
  const bytes = encodeEvent({ wallTime: 1.5, step: 2 ** 40, summaries: [{ tag: "a/b", plugin: { name: "histograms" }, tensor }] });
  expect(decodeEvent(bytes)).toEqual({ wallTime: 1.5, step: 2 ** 40, summaries: [{ tag: "a/b", plugin: "histograms", ...tensor }] });
});
