// 16-bit floats: registers hold them as float32. Conversions round to nearest even; written on 32-bit lanes, so that loops over them
// become vectors of any instruction set.

/** Bits of a float16 to float32: subnormal ones come right by the multiplication. */
VM_INLINE float float16ToFloat(uint32_t half) {
  const uint32_t bits = (half & 0x7fffu) << 13;
  const uint32_t finite = bitsAs<uint32_t>(bitsAs<float>(bits) * 0x1p112f);
  const uint32_t magnitude = (half & 0x7c00u) == 0x7c00u ? bits | 0x7f800000u : finite;
  return bitsAs<float>(magnitude | (half & 0x8000u) << 16);
}

VM_INLINE uint32_t floatToFloat16(float x) {
  const uint32_t bits = bitsAs<uint32_t>(x);
  const uint32_t magnitude = bits & 0x7fffffffu;
  const uint32_t normal = (magnitude + 0xc8000fffu + (magnitude >> 13 & 1u)) >> 13;
  // Below 2^-14 the hardware rounds to a multiple of 2^-24, the last place of 0.5.
  const uint32_t subnormal = bitsAs<uint32_t>(bitsAs<float>(magnitude) + 0.5f) - 0x3f000000u;
  uint32_t half = magnitude < 0x38800000u ? subnormal : normal;
  half = magnitude >= 0x477ff000u ? 0x7c00u : half;
  half = magnitude > 0x7f800000u ? 0x7e00u : half;
  return half | (bits >> 16 & 0x8000u);
}

VM_INLINE float bfloat16ToFloat(uint32_t half) { return bitsAs<float>(half << 16); }

VM_INLINE uint32_t floatToBfloat16(float x) {
  const uint32_t bits = bitsAs<uint32_t>(x);
  const uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  return (bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u | (bits >> 16 & 0x8000u) : rounded;
}

/**
 * To float32, rounded to odd: what is lost marks the last bit, so that rounding once more to 16 bits gives what rounding x itself
 * would (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008).
 */
VM_INLINE float doubleToFloatOdd(double x) {
  const float nearest = static_cast<float>(x);
  const uint32_t bits = bitsAs<uint32_t>(nearest);
  const double back = static_cast<double>(nearest);
  const uint32_t change = (back < 0 ? -back : back) < (x < 0 ? -x : x) ? 1u : UINT32_MAX;
  return bitsAs<float>(back != x && (bits & 1u) == 0 ? bits + change : bits);
}
