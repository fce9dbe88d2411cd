import { ShapeError } from "@neurite/core";
import type { Summary } from "../event-file/summary.ts";

const text = new TextEncoder();

/**
 * Pictures at a step, as PNG files.
 *
 * @param pixels [pictures, height, width, channels], flat: 0 to 1, or 0 to 255 where `isBytes`. 1 channel is gray, 3 are colours, 4 with opacity.
 * @throws ShapeError for other shapes.
 */
export async function imageSummary(
  tag: string,
  pixels: ArrayLike<number>,
  shape: readonly number[],
  { isBytes, maxOutputs, description }: { readonly isBytes: boolean; readonly maxOutputs: number; readonly description?: string },
): Promise<Summary> {
  const [pictures, height, width, channels] = shape as readonly [number, number, number, number];
  if (shape.length !== 4 || ![1, 3, 4].includes(channels))
    throw new ShapeError(`[image] pictures must be [pictures, height, width, channels] with 1, 3 or 4 channels: got [${shape.join(", ")}]`);
  // The encoder is loaded by those who write pictures.
  const { encode } = await import("fast-png");
  const size = height * width * channels;
  const files = Array.from({ length: Math.min(pictures, maxOutputs) }, (_, picture) => {
    const data = Uint8Array.from({ length: size }, (__, i) => toByte(pixels[picture * size + i] as number, isBytes));
    return encode({ width, height, channels, depth: 8, data });
  });
  const values = [text.encode(String(width)), text.encode(String(height)), ...files];
  return {
    tag,
    plugin: { name: "images" },
    dataClass: "blob",
    tensor: { dtype: "string", shape: [values.length], values },
    ...(description === undefined ? {} : { description }),
  };
}

function toByte(value: number, isByte: boolean): number {
  return isByte ? value : Math.min(255, Math.max(0, Math.floor(value * 255.5)));
}
