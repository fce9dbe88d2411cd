import { ShapeError } from "@neurite/core";
import type { Summary } from "../event-file/summary.ts";

/**
 * Sounds at a step, as WAV files of 16 bits.
 *
 * @param samples [clips, frames, channels], flat: -1 to 1. 1 channel is mono, 2 are stereo.
 * @throws ShapeError for other shapes.
 */
export function audioSummary(
  tag: string,
  samples: ArrayLike<number>,
  shape: readonly number[],
  { sampleRate, maxOutputs, description }: { readonly sampleRate: number; readonly maxOutputs: number; readonly description?: string },
): Summary {
  const [clips, frames, channels] = shape as readonly [number, number, number];
  if (shape.length !== 3) throw new ShapeError(`[audio] clips must be [clips, frames, channels]: got [${shape.join(", ")}]`);
  const count = Math.min(clips, maxOutputs);
  const size = frames * channels;
  const values = Array.from({ length: count }, (_, clip) => {
    const own = Array.from({ length: size }, (__, i) => samples[clip * size + i] as number);
    return [wavFile(own, channels, sampleRate), new Uint8Array()];
  }).flat();
  return {
    tag,
    // AudioPluginData with encoding WAV.
    plugin: { name: "audio", content: Uint8Array.of(0x10, 11) },
    dataClass: "blob",
    tensor: { dtype: "string", shape: [count, 2], values },
    ...(description === undefined ? {} : { description }),
  };
}

/** A RIFF file with one format and one data chunk. */
function wavFile(samples: readonly number[], channels: number, sampleRate: number): Uint8Array {
  const bytes = samples.length * 2;
  const view = new DataView(new ArrayBuffer(44 + bytes));
  const tag = (at: number, name: string): void => [...name].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  tag(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  tag(8, "WAVE");
  tag(12, "fmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  tag(36, "data");
  view.setUint32(40, bytes, true);
  samples.forEach((sample, i) => view.setInt16(44 + i * 2, Math.round(Math.min(1, Math.max(-1, sample)) * 32767), true));
  return new Uint8Array(view.buffer);
}
