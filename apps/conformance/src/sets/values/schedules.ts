import { type Tensor, tensor } from "@neurite/core";
import { compare, toleranceOf } from "../../format/compare.ts";
import { type HostArray, readBack } from "../../format/host-array.ts";
import { Problems } from "../../problems.ts";
import { type KerasObjectCase, makeKerasObject } from "./keras-object.ts";

interface ScheduleCase extends KerasObjectCase {
  readonly step: readonly number[];
  readonly value: readonly number[];
  readonly rtol?: number;
  readonly atol?: number;
}

/** A class of keras.optimizers.schedules: the learning rate at each step. */
export async function checkSchedule(json: ScheduleCase): Promise<readonly string[]> {
  const schedule = makeKerasObject<(step: Tensor) => Tensor>("schedules", json);
  const problems = new Problems();
  await problems.attempt("call", async () => {
    const values: number[] = [];
    for (const step of json.step) values.push((await readBack(schedule(tensor(step, { dtype: "int32" })))).data[0] as number);
    problems.add("rates", compare(rates(values), rates(json.value), toleranceOf(json)));
  });
  return problems.list;
}

const rates = (values: readonly number[]): HostArray => ({ dtype: "float32", shape: [values.length], data: values });
