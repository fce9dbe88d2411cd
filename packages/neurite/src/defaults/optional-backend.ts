import { DeviceError } from "@neurite/core";

/**
 * What `load` imports: the package of a backend that not everybody installs.
 *
 * @throws DeviceError, saying how to install it, where the package is missing. Other errors (of what it needs itself) pass as they are.
 */
export async function loadOptionalBackend<T>(op: string, name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    // Node names what it did not find: it may be something that the package itself imports.
    if (code !== "ERR_MODULE_NOT_FOUND" || message?.includes(`'${name}'`) !== true) throw error;
    throw new DeviceError(`[${op}] the package ${name} is not installed. Hint: npm install ${name}`, { cause: error });
  }
}
