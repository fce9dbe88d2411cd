import { expect, test } from "vitest";
import { type Task, Turns } from "./turns.ts";

/** A task that is done when it is told. */
function waiting(): { readonly task: Task; readonly end: () => void; readonly fail: (error: Error) => void } {
  let [end, fail]: [() => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((resolve, reject) => ([end, fail] = [resolve, reject]));
  return { task: () => promise, end: () => end(), fail: (error) => fail(error) };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("tasks begin at once, but in order behind one that waits", async () => {
  const done: string[] = [];
  const turns = new Turns(() => {});
  const [first, second] = [waiting(), waiting()];
  turns.add(() => void done.push("a"));
  expect(done).toEqual(["a"]);
  turns.add(first.task);
  expect(turns.isBusy).toBe(true);
  turns.add(() => void done.push("b"));
  turns.add(second.task);
  turns.add(() => void done.push("c"));
  await settled();
  expect(done).toEqual(["a"]);
  first.end();
  await settled();
  expect(done).toEqual(["a", "b"]);
  second.end();
  await settled();
  expect(done).toEqual(["a", "b", "c"]);
  expect(turns.isBusy).toBe(false);
});

test("what tasks throw goes to the caller or, from those that waited, to the listener; the next ones begin all the same", async () => {
  const heard: unknown[] = [];
  const turns = new Turns((error) => heard.push(error));
  const fail = (message: string) => (): never => {
    throw new Error(message);
  };
  expect(() => turns.add(fail("now"))).toThrow("now");
  const first = waiting();
  let last = false;
  turns.add(first.task);
  turns.add(fail("later"));
  turns.add(() => void (last = true));
  first.fail(new Error("first"));
  await settled();
  expect(heard).toEqual([new Error("first"), new Error("later")]);
  expect(last).toBe(true);
});
