import { compile, ops, Sequential, tensor, type Tensor } from "neurite";
import { Dense, Dropout, InputLayer } from "neurite/layers";
import { someDigits } from "../data.ts";
import { timed, type Work } from "../work.ts";

/** A turn makes a tenth of the hundred passes. */
const [samples, passes, share] = [10_000, 10, 0.1];

export const mcDropout: Work = {
  title: "Monte Carlo dropout: the mean of 100 stochastic predictions of 10,000 digits",
  rows: {
    "100 passes": {
      unit: "s",
      flops: 532e9,
      prepare: async () => {
        const x = tensor((await someDigits(samples)).x, { shape: [samples, 784] });
        const model = new Sequential([
          new InputLayer({ shape: [784] }),
          new Dropout(0.2),
          new Dense(300, { activation: "elu" }),
          new Dropout(0.2),
          new Dense(100, { activation: "elu" }),
          new Dropout(0.2),
          new Dense(10, { activation: "softmax" }),
        ]);
        const draw = compile((inputs: Tensor) => model(inputs, { training: true }) as Tensor, { name: "draw" });
        const mean = compile((draws: Tensor[]) => ops.mean(ops.stack(draws), { axis: 0 }), { name: "mean" });
        return timed("s", share, () => mean(Array.from({ length: passes }, () => draw(x))).data());
      },
    },
  },
};
