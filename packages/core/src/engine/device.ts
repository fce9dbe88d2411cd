import type { Backend } from "../backend/backend.ts";
import { DeviceError } from "../errors.ts";
import { context, withContext } from "./context.ts";
import { refuseAsync } from "./user-function.ts";

/**
 * Makes `device` the one that tensors are created on from now on.
 *
 * @throws DeviceError for what is no device.
 * @example
 * setDefaultDevice(cpu({ threads: 2 }));
 */
export function setDefaultDevice(device: Backend): void {
  context.device = checkDevice("setDefaultDevice", device);
}

/**
 * Called for a device when the first tensor needs one and nobody chose: the umbrella package picks the best present.
 *
 * @example
 * setDeviceChooser(() => (isAvailable() ? cpu() : reference()));
 */
export function setDeviceChooser(choose: () => Backend): void {
  context.chooseDevice = choose;
}

/**
 * The device that tensors are created on.
 *
 * @throws DeviceError when none was chosen and no umbrella package is loaded to choose one.
 *
 * @example
 * getDefaultDevice().name; // "reference"
 */
export function getDefaultDevice(): Backend {
  if (context.device === null) {
    if (context.chooseDevice === null) {
      throw new DeviceError(
        "no device: install a backend and choose it, for example " +
          'setDefaultDevice(cpu()) with cpu from "@neurite/backend-cpu", or reference() from "@neurite/backend-reference"; ' +
          'importing "neurite" chooses the best one present',
      );
    }
    context.device = context.chooseDevice();
  }
  return context.device;
}

/**
 * Runs the synchronous `body` with another default device. Results stay usable afterwards.
 *
 * @throws TraceError for an async function; a promise of what was begun inside may be returned.
 * @example
 * const total = await withDevice(reference(), () => tensor([1, 2, 3]).sum().item()); // 6
 */
export function withDevice<T>(device: Backend, body: () => T): T {
  refuseAsync("withDevice", body);
  return withContext({ device: checkDevice("withDevice", device) }, body);
}

function checkDevice(what: string, device: unknown): Backend {
  const hint =
    device instanceof Promise ? "a promise: await it first" : typeof device === "function" ? "a function: call it, cpu()" : String(device);
  if (typeof device !== "object" || device === null || !("compile" in device))
    throw new DeviceError(`[${what}] a device is needed: received ${hint}`);
  return device as Backend;
}
