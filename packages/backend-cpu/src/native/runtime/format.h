/**
 * The encoding of plans, in 32-bit words; "wide" is a 64-bit integer in two words, low word first, "real" a float64 likewise.
 *
 *   plan     magic, version, words in all, wide arena bytes, inputs, states, scalars, sites, real flops, real bytes moved,
 *            outputs, wide bytes of each; buffers, each buffer; kernels, each kernel; end mark
 *   buffer   dtype, wide elements, location kind, wide place (an index, or a byte offset in the arena); slice: wide buffer that it is
 *            part of, wide offset and step in elements
 *   kernel   kind, words that follow, payload; payloads of branches and loops hold kernels in turn
 *   shape    rank, wide size of each axis
 *   view     buffer, wide offset, wide stride of each axis of the space it is used in
 *   body     operands, each view; instructions, each; stores, each: value, view
 *   instruction   op, dtype, three arguments (-1: none), index; constant: real value, of int64 a wide one; index: wide base, wide strides
 *
 * Payloads are in the order of the fields in runtime/decode_kernels.cpp and decode_control.cpp. Numbers of dtypes and ops: kernels.h, opcodes.h.
 */
#ifndef NEURITE_RUNTIME_FORMAT_H
#define NEURITE_RUNTIME_FORMAT_H

#include <cstdint>

namespace neurite {

constexpr int32_t kMagic = 0x4e525450;
constexpr int32_t kFormatVersion = 2;
constexpr int32_t kEndMark = 0x454e4421;

}  // namespace neurite

#endif
