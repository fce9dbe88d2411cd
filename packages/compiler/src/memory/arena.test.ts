import { describe, expect, it } from "vitest";
import { randomNumbers } from "../testing/graphs.ts";
import { Arena, alignment } from "./arena.ts";

describe("Arena", () => {
  it("never hands out memory that is in use, and aligns it", () => {
    const random = randomNumbers(3);
    const arena = new Arena();
    const live: { offset: number; bytes: number }[] = [];
    for (let step = 0; step < 3000; step++) {
      if (random() < 0.5 && live.length > 0) {
        const [block] = live.splice(Math.floor(random() * live.length), 1);
        arena.free(block!.offset, block!.bytes);
        continue;
      }
      const bytes = 1 + Math.floor(random() * 2000);
      const offset = arena.allocate(bytes);
      expect(offset % alignment).toBe(0);
      expect(offset + bytes).toBeLessThanOrEqual(arena.bytes);
      for (const other of live) {
        expect(offset >= other.offset + other.bytes || offset + bytes <= other.offset).toBe(true);
      }
      live.push({ offset, bytes });
    }
  });

  it("joins neighbours that were freed in any order", () => {
    const arena = new Arena();
    const blocks = [0, 1, 2, 3].map(() => arena.allocate(100));
    for (const i of [2, 0, 1, 3]) arena.free(blocks[i]!, 100);
    expect(arena.allocate(4 * 128)).toBe(0);
    expect(arena.bytes).toBe(4 * 128);
  });

  it("takes the smallest range that fits", () => {
    const arena = new Arena();
    const large = arena.allocate(1000);
    arena.allocate(64);
    const small = arena.allocate(128);
    arena.allocate(64);
    arena.free(large, 1000);
    arena.free(small, 128);
    expect(arena.allocate(100)).toBe(small);
  });
});
