const shades = " .:-=+*#%@";

/** A digit drawn in characters beside the probabilities of its classes. */
export function showDigit(image: readonly (readonly number[])[], probabilities: readonly number[], label: number): string {
  const rows = Array.from({ length: 14 }, (_, y) =>
    Array.from({ length: 28 }, (_unused, x) => {
      const ink = ((image[2 * y]?.[x] ?? 0) + (image[2 * y + 1]?.[x] ?? 0)) / 2;
      return shades[Math.min(shades.length - 1, Math.floor(ink * shades.length))];
    }).join(""),
  );
  const bars = probabilities.map((p, digit) => `${digit} ${(p * 100).toFixed(1).padStart(5)}% ${"█".repeat(Math.round(p * 20))}`);
  return rows.map((row, i) => `${row}   ${i < bars.length ? (bars[i] as string) : i === 11 ? `label: ${label}` : ""}`).join("\n");
}
