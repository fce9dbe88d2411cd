import { type Backend, ops, tensor, valueAndGrad, withDevice, type Tensor } from "@neurite/core";

/** Computes a product and its gradient on a device; says what was wrong, or null. */
export async function selfTest(device: Backend): Promise<string | null> {
  try {
    const [loss, gradient] = withDevice(device, () => {
      const weights = tensor([[5], [6]]);
      return valueAndGrad((x: Tensor) => ops.sum(ops.square(ops.matmul(x, weights))))(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      );
    });
    // [1 2; 3 4] · [5; 6] = [17; 39]; the gradient is 2 · [17; 39] · [5 6].
    const found = [await loss.item(), ...(await gradient.data())];
    const expected = [17 ** 2 + 39 ** 2, 170, 204, 390, 468];
    return found.join() === expected.join() ? null : `its self-test gave ${found.join(", ")} where ${expected.join(", ")} was expected`;
  } catch (error) {
    return `its self-test failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
