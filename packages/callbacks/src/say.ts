/** Prints a line on the console, which every host has though the language does not define it. */
export function say(message: string): void {
  (globalThis as unknown as { console: { log(line: string): void } }).console.log(message);
}
