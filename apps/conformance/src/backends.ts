import { type Backend, getDefaultDevice, setDefaultDevice } from "@neurite/core";

export const backendNames = ["cpu", "reference", "webgpu"] as const;

/** Makes the backend of that name the default device; without a name, the best one present. */
export async function useBackend(name: string | undefined): Promise<Backend> {
  if (name === "reference") setDefaultDevice((await import("@neurite/backend-reference")).reference());
  else if (name === "cpu") setDefaultDevice((await import("@neurite/backend-cpu")).cpu());
  else if (name === "webgpu") setDefaultDevice(await (await import("neurite/backends")).webgpu());
  else await import("neurite");
  return getDefaultDevice();
}
