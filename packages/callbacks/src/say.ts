/** Prints a line on the console. */
export function say(message: string): void {
  console.log(message);
}

/** Prints a warning on the console. */
export function warn(message: string): void {
  console.warn(message);
}
