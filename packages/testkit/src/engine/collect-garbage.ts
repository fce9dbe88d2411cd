let gc: (() => void) | null = null;

/**
 * Collects garbage and lets finalizers run.
 *
 * @example
 * const gone = new WeakRef(tensor([1]));
 * await collectGarbage();
 * gone.deref(); // undefined
 */
export async function collectGarbage(): Promise<void> {
  if (gc === null) {
    const { setFlagsFromString } = await import("node:v8");
    const { runInNewContext } = await import("node:vm");
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as () => void;
  }
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
