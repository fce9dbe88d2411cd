/** Connectionist temporal classification: sequences of labels from unaligned predictions. (Graves et al. 2006) */
import { bind } from "../../graph/bind.ts";
import { traceGraph } from "../../engine/trace-graph.ts";
import { ShapeError } from "../../errors.ts";
import type { Value } from "../../graph/value.ts";
import * as build from "../../primitives/build.ts";
import { formatAval } from "../../shapes/format.ts";
import { tensor, type TensorLike } from "../../tensor/create.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { sliceAxis } from "../shape/split.ts";
import { takeAlong } from "../indexing/take.ts";
import { indexInput, integerInput, realFloatInput } from "../support/input.ts";
import { op, type Op } from "../support/op.ts";
import { elementsNow } from "../support/read-now.ts";
import { beamSearch } from "./ctc-beam.ts";
import { logSoftmaxOf } from "./softmax.ts";
import { choice } from "./windows.ts";

/** Stands for log 0: large enough to vanish in sums, finite so that differences are defined. */
const never = -1e30;

/** log(exp a + exp b + exp c) of logarithms of which some may be {@link never}. */
function logSum3(a: Value, b: Value, c: Value): Value {
  const largest = build.stopGradient(build.maximum(build.maximum(a, b), c));
  const part = (x: Value): Value => build.exp(build.sub(x, largest));
  return build.add(build.log(build.add(build.add(part(a), part(b)), part(c))), largest);
}

/** `x` moved right by `by` along the last axis, {@link never} coming in. */
function shifted(x: Value, by: number): Value {
  const [batch, size] = x.shape as readonly [number, number];
  return build.concat([build.full([batch, by], never, x.dtype), sliceAxis(x, 1, 0, size - by)], 1);
}

/**
 * The negative logarithm of the probability of each target under all alignments: target [batch, labels], output [batch, time, classes]
 * (logits), lengths [batch] → [batch].
 *
 * @param options `maskIndex`: the class that stands for nothing. Default 0.
 *
 * @throws ShapeError unless `target` has two axes and `output` three; DTypeError for targets or lengths that are no integers.
 *
 * @example
 * // One step, one label, three classes alike: the probability is 1/3.
 * ops.ctcLoss([[1]], ops.zeros([1, 1, 3]), [1], [1]); // [1.0986]
 */
export const ctcLoss: Op<
  [target: TensorLike, output: TensorLike, targetLength: TensorLike, outputLength: TensorLike, options?: { readonly maskIndex?: number }]
> = op(
  "ctc_loss",
  ["target", "output", "targetLength", "outputLength"],
  (
    target: TensorLike,
    output: TensorLike,
    targetLength: TensorLike,
    outputLength: TensorLike,
    options: { readonly maskIndex?: number } = {},
  ) => {
    const labels = indexInput("ctc_loss", target, "target");
    const logits = realFloatInput("ctc_loss", output, "output");
    if (labels.shape.length !== 2 || logits.shape.length !== 3) {
      throw new ShapeError(
        `[ctc_loss] target must be [batch, labels] and output [batch, time, classes]: received ${formatAval(labels)} and ${formatAval(logits)}`,
      );
    }
    const blank = integerInput("ctc_loss", options.maskIndex ?? 0, "maskIndex", 0);
    const [batch, count] = labels.shape as readonly [number, number];
    const [, time] = logits.shape as readonly [number, number];
    const logs = logSoftmaxOf(build.cast(logits, "float32"), [2]);
    const states = 2 * count + 1;
    // Nothing between labels and around them: _ a _ b _
    const paired = build.concat([build.full([batch, count, 1], blank, "int32"), build.reshape(labels, [batch, count, 1])], 2);
    const extended = build.concat([build.reshape(paired, [batch, 2 * count]), build.full([batch, 1], blank, "int32")], 1);
    // A label may follow the one before it at once, unless they are equal.
    const before = build.concat([build.full([batch, 2], blank, "int32"), sliceAxis(extended, 1, 0, states - 2)], 1);
    const maySkip = build.and(build.not(build.eq(extended, blank)), build.not(build.eq(extended, before)));
    // [time, batch, states]: log probability of each state's class.
    const classes = build.broadcast(build.reshape(extended, [batch, 1, states]), [batch, time, states]);
    const scores = build.transpose(takeAlong(logs, classes, 2), [1, 0, 2]);
    const lengths = build.reshape(indexInput("ctc_loss", outputLength, "outputLength"), [batch, 1]);
    const first = build.lt(build.iota([1, states], 1), 2);
    const start = build.select(first, build.reshape(sliceAxis(scores, 0, 0, 1), [batch, states]), never);
    const carry = [start, build.constant(1, "int32")];
    const step = { dtype: scores.dtype, shape: [batch, states] };
    const { graph, captures } = traceGraph([...carry, step], ([alpha, t, score]) => {
      const now = alpha as Value;
      const skipped = build.select(maySkip, shifted(now, 2), never);
      const next = build.add(logSum3(now, shifted(now, 1), skipped), score as Value);
      const bounded = build.maximum(next, never);
      return [build.select(build.lt(t as Value, lengths), bounded, now), build.add(t as Value, 1)];
    });
    const rest = sliceAxis(scores, 0, 1, time);
    const [last] = bind("scan", [...carry, rest, ...captures], {
      body: graph,
      carry: 2,
      xs: 1,
      length: time - 1,
      reverse: false,
    }) as readonly Value[];
    // It may end in the last label or in nothing.
    const end = build.mul(build.reshape(indexInput("ctc_loss", targetLength, "targetLength"), [batch, 1]), 2);
    const at = (place: Value): Value => build.reshape(takeAlong(last as Value, build.maximum(place, 0), 1), [batch]);
    const label = build.select(build.lt(build.constant(0, "int32"), build.reshape(end, [batch])), at(build.sub(end, 1)), never);
    const total = logSum3(at(end), label, build.full([batch], never, "float32"));
    return new Tensor(logits.dtype === "float64" ? build.cast(build.neg(total), "float64") : build.neg(total));
  },
);

/** Options of {@link ctcDecode}. */
export interface CtcDecodeOptions {
  /** "greedy" (default): the most probable class at each time; "beam_search": the most probable label sequences, found on the host. */
  readonly strategy?: "greedy" | "beam_search";
  /** Sequences that a beam search follows. Default 100. */
  readonly beamWidth?: number;
  /** How many sequences a beam search gives. Default 1. */
  readonly topPaths?: number;
  /** Whether a greedy search counts equal neighbours once. Default true. */
  readonly mergeRepeated?: boolean;
  /** The class that stands for nothing. Default 0. */
  readonly maskIndex?: number;
}

/**
 * Labels from predictions (logits) [batch, time, classes] of given lengths [batch]: [labels int32 [paths, batch, time], scores [batch, paths]].
 * Labels come first, -1 fills up. Scores: of a beam search the logarithms of the sequences' probabilities; of a greedy one (with one
 * path) minus the sum of the path's predictions, as TensorFlow gives it.
 *
 * @throws TraceError for a beam search while tracing: it reads the data.
 *
 * @example
 * // Two steps of class 1, one of class 2; class 0 stands for nothing.
 * const logits = tensor([[[0, 5, 0], [0, 5, 0], [0, 0, 5]]]);
 * ops.ctcDecode(logits, [3])[0]; // [[[1, 2, -1]]]
 */
export const ctcDecode: Op<[inputs: TensorLike, sequenceLengths: TensorLike, options?: CtcDecodeOptions], [Tensor, Tensor]> = op(
  "ctc_decode",
  ["inputs", "sequenceLengths"],
  (inputs: TensorLike, sequenceLengths: TensorLike, options: CtcDecodeOptions = {}): [Tensor, Tensor] => {
    const strategy = choice("ctc_decode", "strategy", options.strategy ?? "greedy", ["greedy", "beam_search"]);
    const given = realFloatInput("ctc_decode", inputs, "inputs");
    const logits = given.dtype === "float64" ? given : build.cast(given, "float32");
    if (logits.shape.length !== 3)
      throw new ShapeError(`[ctc_decode] inputs must be [batch, time, classes]: received ${formatAval(logits)}`);
    const [batch, , classes] = logits.shape as readonly [number, number, number];
    const mask = integerInput("ctc_decode", options.maskIndex ?? 0, "maskIndex");
    const blank = mask < 0 ? mask + classes : mask;
    const lengths = build.reshape(indexInput("ctc_decode", sequenceLengths, "sequenceLengths"), [batch, 1]);
    return strategy === "greedy"
      ? decodeGreedily(logits, lengths, blank, options.mergeRepeated !== false)
      : decodeBeams(logits, lengths, blank, options);
  },
);

function decodeGreedily(logits: Value, lengths: Value, blank: number, mergeRepeated: boolean): [Tensor, Tensor] {
  const [batch, time] = logits.shape as readonly [number, number];
  const present = build.lt(build.iota([1, time], 1), lengths);
  const best = build.argreduce("max", logits, 2);
  const previous = build.concat([build.full([batch, 1], -1, "int32"), sliceAxis(best, 1, 0, time - 1)], 1);
  let kept = build.and(present, build.not(build.eq(best, blank)));
  if (mergeRepeated) kept = build.and(kept, build.not(build.eq(best, previous)));
  // Kept labels first, in their order.
  const order = build.argsort(build.cast(kept, "int32"), 1, true);
  const labels = takeAlong(build.select(kept, best, -1), order, 1);
  const highest = build.reduce("max", logits, [2]);
  const scores = build.neg(build.sum(build.select(present, highest, 0), [1]));
  return [new Tensor(build.reshape(labels, [1, batch, time])), new Tensor(build.reshape(scores, [batch, 1]))];
}

function decodeBeams(logits: Value, lengths: Value, blank: number, options: CtcDecodeOptions): [Tensor, Tensor] {
  const [batch, time, classes] = logits.shape as readonly [number, number, number];
  const width = integerInput("ctc_decode", options.beamWidth ?? 100, "beamWidth", 1);
  const paths = integerInput("ctc_decode", options.topPaths ?? 1, "topPaths", 1);
  const [data, steps] = [build.cast(logits, "float32"), lengths].map((x) => elementsNow("ctc_decode", x, 'take the strategy "greedy"')) as [
    Float32Array,
    Int32Array,
  ];
  const labels = new Int32Array(paths * batch * time).fill(-1);
  const scores = new Float32Array(batch * paths).fill(-Infinity);
  for (let n = 0; n < batch; n++) {
    const found = beamSearch(data, n * time * classes, Math.min(steps[n] as number, time), classes, blank, width, paths);
    found.forEach((path, i) => {
      labels.set(path.labels, (i * batch + n) * time);
      scores[n * paths + i] = path.score;
    });
  }
  return [tensor(labels, { shape: [paths, batch, time] }) as Tensor, tensor(scores, { shape: [batch, paths] })];
}
