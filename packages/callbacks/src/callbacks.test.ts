import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reference } from "@neurite/backend-reference";
import { type CallbackLike, type CallbackModel, type CallbackParams, type Logs, setDefaultDevice, Variable } from "@neurite/core";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CallbackList, Callback, CSVLogger, EarlyStopping, History, LambdaCallback, LearningRateScheduler, ProgressBar, ReduceLROnPlateau, RemoteMonitor, TerminateOnNaN } from "./index.ts"; // prettier-ignore

beforeAll(() => setDefaultDevice(reference()));

/** A model that is trained by a list of logs, one an epoch. */
class FakeModel implements CallbackModel {
  readonly name = "fake";
  stopTraining = false;
  readonly optimizer: { learningRate: Variable; schedule: unknown };
  weights = 0;

  constructor() {
    this.optimizer = { learningRate: new Variable(0.1, { dtype: "float32" }), schedule: null };
  }

  async getWeights(): Promise<unknown[]> {
    return [this.weights];
  }

  setWeights([weights]: readonly unknown[]): void {
    this.weights = weights as number;
  }
}

/** A clock that moves on by so many milliseconds each time somebody looks. */
function ticking(milliseconds: number): () => number {
  let now = 0;
  return () => (now += milliseconds);
}

async function train(
  callbacks: readonly CallbackLike[],
  epochs: readonly Logs[],
  params: Partial<CallbackParams> = {},
): Promise<FakeModel> {
  const model = new FakeModel();
  const list = new CallbackList(callbacks, {
    model,
    params: { epochs: epochs.length, steps: 10, verbose: 0, ...params },
    clock: ticking(150),
  });
  await list.call("onTrainBegin");
  for (const [epoch, logs] of epochs.entries()) {
    model.weights = epoch;
    await list.call("onEpochBegin", epoch);
    await list.progress(5, 10, async () => ({ loss: logs["loss"] ?? 0 }));
    await list.call("onEpochEnd", epoch, { ...logs });
    if (model.stopTraining) break;
  }
  await list.call("onTrainEnd");
  return model;
}

const losses = (...values: number[]): Logs[] => values.map((value) => ({ loss: value, val_loss: value }));

describe("ReduceLROnPlateau", () => {
  it("lowers the rate after `patience` epochs, rests for `cooldown`, and stops at minLr", async () => {
    const history = new History();
    await train([new ReduceLROnPlateau({ factor: 0.5, patience: 2, cooldown: 1, minLr: 0.03 }), history], losses(1, 1, 1, 1, 1, 1, 1, 1));
    // Cooldown ends within the epoch in which it counts down to 0, as in Keras.
    expect(history.history["learning_rate"]!.map((rate) => Number(rate.toFixed(4)))).toEqual([0.1, 0.1, 0.1, 0.05, 0.05, 0.03, 0.03, 0.03]);
  });

  it("refuses a factor of 1", () => {
    expect(() => new ReduceLROnPlateau({ factor: 1 })).toThrow(/factor must be at least 0 and below 1/);
  });
});

describe("LearningRateScheduler", () => {
  it("sets the rate of each epoch from that of the last, and logs it", async () => {
    const history = new History();
    await train([new LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2)), history], losses(1, 1, 1));
    expect(history.history["learning_rate"]!.map((rate) => Number(rate.toFixed(4)))).toEqual([0.1, 0.05, 0.025]);
  });

  it("refuses an optimizer with a schedule, and schedules that give no number", async () => {
    const scheduled = new FakeModel();
    scheduled.optimizer.schedule = () => 0.1;
    const callback = new LearningRateScheduler(() => 0.1);
    callback.setModel(scheduled);
    await expect(callback.onEpochBegin(0)).rejects.toThrow(/driven by a schedule/);
    await expect(train([new LearningRateScheduler(() => NaN)], losses(1))).rejects.toThrow(/must give a number/);
  });
});

describe("TerminateOnNaN", () => {
  it("ends training, or fails where it is told to", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    expect((await train([new TerminateOnNaN()], losses(1, NaN, 1))).stopTraining).toBe(true);
    expect(log).toHaveBeenCalledWith(expect.stringContaining("Invalid loss"));
    log.mockRestore();
    await expect(train([new TerminateOnNaN({ raiseError: true })], losses(Infinity))).rejects.toThrow(/the loss is Infinity/);
  });
});

describe("CallbackList", () => {
  it("knows whether anybody listens to batches", () => {
    const context = { model: new FakeModel(), params: { epochs: 1, steps: 1, verbose: 0 } as const };
    const quiet = new CallbackList([new History(), new EarlyStopping(), new ProgressBar(), new TerminateOnNaN(), new Callback()], context);
    expect(
      quiet.listens(
        "onTrainBatchBegin",
        "onTrainBatchEnd",
        "onTestBatchBegin",
        "onTestBatchEnd",
        "onPredictBatchBegin",
        "onPredictBatchEnd",
      ),
    ).toBe(false);
    const listening = new CallbackList([new LambdaCallback({ onTrainBatchEnd: () => {} })], context);
    expect([listening.listens("onTrainBatchBegin", "onTrainBatchEnd"), listening.listens("onTestBatchEnd")]).toEqual([true, false]);
    expect(() => new CallbackList([null as never], context)).toThrow(/callbacks must be objects/);
  });

  it("adds a history and a progress bar where they are asked for and not there", async () => {
    const context = { model: new FakeModel(), params: { epochs: 1, steps: 2, verbose: 1 } as const };
    const list = new CallbackList([], { ...context, addHistory: true });
    await list.call("onTrainBegin");
    await list.call("onEpochEnd", 0, { loss: 0.5 });
    expect(list.history?.history).toEqual({ loss: [0.5] });
    const own = new History();
    expect(new CallbackList([own], { ...context, addHistory: true }).history).toBe(own);
    expect(new CallbackList([], context).history).toBe(null);

    let text = "";
    const bar = new ProgressBar({ output: { write: (part: string) => (text += part), isTTY: false } as never });
    const write = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    const counts: number[] = [];
    for (const callbacks of [[], [bar]]) {
      write.mockClear();
      const drawing = new CallbackList(callbacks, { ...context, addProgbar: true });
      await drawing.call("onEpochBegin", 0);
      await drawing.progress(2, 2, async () => ({ loss: 1 }));
      await drawing.call("onEpochEnd", 0, { loss: 1 });
      counts.push(write.mock.calls.length);
    }
    write.mockRestore();
    expect([counts[0]! > 0, counts[1], text.includes("2/2")]).toEqual([true, 0, true]);
  });

  it("calls hooks in order and waits for each", async () => {
    const seen: string[] = [];
    const slow = new LambdaCallback({
      onEpochEnd: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push("slow");
      },
    });
    await train([slow, new LambdaCallback({ onEpochEnd: () => void seen.push("fast") })], losses(1));
    expect(seen).toEqual(["slow", "fast"]);
  });

  it("a callback without a model says so", () => {
    expect(() => new Callback().model).toThrow(/belongs to no model yet/);
  });
});

it("LambdaCallback refuses what is no hook", () => {
  expect(() => new LambdaCallback({ onEpoch: () => {} } as never)).toThrow(/unknown hook "onEpoch": did you mean "onEpochEnd"/);
});

describe("CSVLogger", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "neurite-csv-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes a line an epoch and goes on where it is told to append", async () => {
    const file = join(folder, "log.csv");
    await train([new CSVLogger(file)], losses(1, 0.5));
    await train([new CSVLogger(file, { append: true })], losses(0.25));
    expect(await readFile(file, "utf8")).toBe("epoch,loss,val_loss\r\n0,1,1\r\n1,0.5,0.5\r\n0,0.25,0.25\r\n");
  });
});

describe("RemoteMonitor", () => {
  it("posts the metrics of each epoch as a form or as JSON", async () => {
    const seen: { url: string | undefined; type: string | undefined; key: unknown; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        seen.push({ url: request.url, type: request.headers["content-type"], key: request.headers["x-key"], body });
        response.end("ok");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const root = `http://localhost:${(server.address() as AddressInfo).port}`;
    await train([new RemoteMonitor({ root })], losses(0.5));
    await train([new RemoteMonitor({ root, path: "/metrics", sendAsJson: true, headers: { "x-key": "secret" } })], losses(0.25));
    server.close();
    expect(seen[0]).toMatchObject({ url: "/publish/epoch/end/", type: expect.stringMatching(/x-www-form-urlencoded/) as unknown });
    expect(JSON.parse(new URLSearchParams(seen[0]!.body).get("data")!)).toEqual({ epoch: 0, loss: 0.5, val_loss: 0.5 });
    expect(seen[1]).toMatchObject({ url: "/metrics", type: "application/json", key: "secret" });
    expect(JSON.parse(seen[1]!.body)).toEqual({ epoch: 0, loss: 0.25, val_loss: 0.25 });
  });

  it("tells of a server that cannot be reached, and training goes on", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = await train([new RemoteMonitor({ root: "http://localhost:1" })], losses(1, 1));
    expect(model.weights).toBe(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("could not reach http://localhost:1/publish/epoch/end/"));
    warn.mockRestore();
  });
});
