/**
 * How a launch list is encoded: one array of doubles, which hold every whole number that occurs. `encode/encode.ts` writes it.
 *
 *   inputs, their bytes…; states, their bytes…; outputs, their bytes…; scalars; arenaBytes; checks (0, 1)
 *   steps, then for each: kind, label, dependencies, their steps…, and
 *     kernel:  module, name, gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, arguments, then for each: kind and
 *                pointer: place;  scalar: index, dtype;  status: nothing;  int32: value
 *     product: m, n, k, batch, operand dtype, result dtype, transposed left, right, leading left, right, result,
 *                batch strides of left, right, result, place of left, right, result, alignments of left, right, result, bias (0, 1), its place
 *     jump:    conditional (0, 1), place of the predicate, the step to go on at: always, or where the bool there is false
 *     count:   counter, reset (0, 1), most, the step to go on at after that many times
 *   place: location kind, index, byte offset
 *   the end mark
 */
#ifndef NEURITE_RUNTIME_FORMAT_H
#define NEURITE_RUNTIME_FORMAT_H

#include <cstdint>

namespace neurite {

constexpr double kEndMark = 1163149345;

enum class LocationKind : int32_t { input = 0, state = 1, output = 2, arena = 3 };
enum class StepKind : int32_t { kernel = 0, product = 1, jump = 2, count = 3 };
enum class ArgumentKind : int32_t { pointer = 0, scalar = 1, status = 2, int32 = 3 };
/** Order of `dtypes` in core. */
enum class DType : int32_t { boolean = 0, int8, uint8, int32, uint32, int64, float16, bfloat16, float32, float64, complex64 };

}  // namespace neurite

#endif
