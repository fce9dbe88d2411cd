import type { Backend } from "@neurite/core";
import { nextMacrotask, now } from "./clock.ts";

/** How long work may hold the event loop, in milliseconds. */
const yieldInterval = 20;

/** How long one call of the device should take at most when steps are grouped, in milliseconds. */
const groupTime = 8;

/** When the event loop last had its turn, whoever trains. */
let lastYield = 0;

/** Hands the event loop back at intervals, and keeps the device from being flooded. */
export class Pacer {
  #group = 1;

  /** How many steps the next call should take so that it lasts a few milliseconds. */
  get group(): number {
    return this.#group;
  }

  /** Waits for the work just queued on `device` (`steps` of them, begun at `started`); throws its errors. */
  async settle(device: Backend, steps: number, started: number): Promise<void> {
    await device.sync();
    const time = now();
    const perStep = Math.max(1e-3, (time - started) / steps);
    this.#group = Math.max(1, Math.min(1024, Math.floor(groupTime / perStep)));
    if (time - lastYield > yieldInterval) {
      await nextMacrotask();
      lastYield = now();
    }
  }
}
