/**
 * The one effect of importing neurite: it tells core how to choose a device and which names there are, for those who say neither.
 * Both are asked for only when they are needed; nothing is loaded or looked up before.
 */
import { setDefaultRegistry, setDeviceChooser } from "@neurite/core";
import { chooseDevice } from "./choose-device.ts";
import { createDefaultRegistry } from "./default-registry.ts";

setDeviceChooser(() => chooseDevice());
setDefaultRegistry(createDefaultRegistry);
