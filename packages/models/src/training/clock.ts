/** Lets timers and input events run: a macrotask, in Node and in browsers. */
export function nextMacrotask(): Promise<void> {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (immediate !== undefined) return new Promise((resolve) => void immediate(resolve));
  return new Promise((resolve) => {
    const channel = new (globalThis as unknown as { MessageChannel: new () => { port1: { onmessage: unknown; close(): void }; port2: { postMessage(x: unknown): void } } }).MessageChannel();
    channel.port1.onmessage = (): void => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** Milliseconds since some fixed moment. */
export function now(): number {
  return (globalThis as unknown as { performance: { now(): number } }).performance.now();
}

/** How long work may hold the event loop, in milliseconds. */
export const yieldInterval = 20;

/** How long one call into the device should take at most when steps are grouped, in milliseconds. */
export const groupTime = 8;
