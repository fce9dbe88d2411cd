import { type Backend, getDefaultDevice, setDefaultDevice } from "@neurite/core";

export const backendNames = ["cpu", "reference"] as const;

/** Makes the backend of that name the default device; without a name, the best one present. */
export async function useBackend(name: string | undefined): Promise<Backend> {
  if (name === "reference") setDefaultDevice((await import("@neurite/backend-reference")).reference());
  else if (name === "cpu") setDefaultDevice((await import("@neurite/backend-cpu")).cpu());
  else await import("neurite");
  return getDefaultDevice();
}
