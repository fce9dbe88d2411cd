/** What a step does unless a model overrides it. */
import { type AnyTensor, flattenTree, GradientTape, isTensor, ops, type Tensor, tensor, ValueError } from "@neurite/core";
import type { Model } from "../model.ts";
import type { Batch, ScoredBatch } from "./batch.ts";
import { callModel } from "./model-outputs.ts";
import type { Trainer } from "./trainer.ts";
