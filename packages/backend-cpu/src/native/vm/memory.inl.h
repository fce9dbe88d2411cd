// Between tensors in memory and registers.

void splatLanes(void* out, uint32_t value, size_t n) {
  uint32_t* o = static_cast<uint32_t*>(out);
  VM_LANES
  for (size_t i = 0; i < n; i++) o[i] = value;
}

void splatRows(void* out, const void* values, size_t rows, size_t columns) {
  uint32_t* o = static_cast<uint32_t*>(out);
  const uint32_t* x = static_cast<const uint32_t*>(values);
  const uint32_t* end = o + rows * columns;
  for (size_t r = 0; r < rows; r++, o += columns) {
    const uint32_t value = x[r];
    // The last vector of a row may begin the next one, which is written after it.
    for (size_t i = 0; i < columns; i += kStep) {
      uint32_t* to = o + i;
      if (end - to >= static_cast<int64_t>(kStep)) {
        VM_LANES
        for (size_t lane = 0; lane < kStep; lane++) to[lane] = value;
      } else {
        while (to < o + columns) *to++ = value;
      }
    }
  }
}

void iotaLanes(int32_t* out, int32_t base, int32_t step, size_t n) {
  VM_LANES
  for (size_t i = 0; i < n; i++) {
    out[i] = static_cast<int32_t>(static_cast<uint32_t>(base) + static_cast<uint32_t>(i) * static_cast<uint32_t>(step));
  }
}

void gatherLanes(void* out, const void* in, int64_t stride, size_t n) {
  uint32_t* o = static_cast<uint32_t*>(out);
  const uint32_t* x = static_cast<const uint32_t*>(in);
  if (stride == 1) {
    __builtin_memcpy(o, x, n * sizeof(uint32_t));
  } else if (stride == 0) {
    splatLanes(o, *x, n);
  } else {
    for (size_t i = 0; i < n; i++, x += stride) o[i] = *x;
  }
}

void splatWideLanes(void* out, uint64_t value, size_t n) {
  uint64_t* o = static_cast<uint64_t*>(out);
  VM_LANES
  for (size_t i = 0; i < n; i++) o[i] = value;
}

void gatherWideLanes(void* out, const void* in, int64_t stride, size_t n) {
  uint64_t* o = static_cast<uint64_t*>(out);
  const uint64_t* x = static_cast<const uint64_t*>(in);
  if (stride == 1) {
    __builtin_memcpy(o, x, n * sizeof(uint64_t));
  } else {
    for (size_t i = 0; i < n; i++, x += stride) o[i] = *x;
  }
}

void scatterWideLanes(void* out, int64_t stride, const void* in, size_t n) {
  uint64_t* o = static_cast<uint64_t*>(out);
  const uint64_t* x = static_cast<const uint64_t*>(in);
  if (stride == 1) {
    __builtin_memcpy(o, x, n * sizeof(uint64_t));
  } else {
    for (size_t i = 0; i < n; i++, o += stride) *o = x[i];
  }
}

void gatherTransposed(void* out, const void* in, int64_t stride, size_t rows, size_t columns) {
  uint32_t* o = static_cast<uint32_t*>(out);
  const uint32_t* x = static_cast<const uint32_t*>(in);
  size_t c = 0;
  for (; c + 4 <= columns; c += 4, x += 4 * stride) {
    const uint32_t* x1 = x + stride;
    const uint32_t* x2 = x1 + stride;
    const uint32_t* x3 = x2 + stride;
    for (size_t r = 0; r < rows; r++) {
      const uint32_t four[4] = {x[r], x1[r], x2[r], x3[r]};
      __builtin_memcpy(o + r * columns + c, four, sizeof four);
    }
  }
  for (; c < columns; c++, x += stride) {
    for (size_t r = 0; r < rows; r++) o[r * columns + c] = x[r];
  }
}

void scatterLanes(void* out, int64_t stride, const void* in, size_t n) {
  uint32_t* o = static_cast<uint32_t*>(out);
  const uint32_t* x = static_cast<const uint32_t*>(in);
  if (stride == 1) {
    __builtin_memcpy(o, x, n * sizeof(uint32_t));
  } else {
    for (size_t i = 0; i < n; i++, o += stride) *o = x[i];
  }
}

template <class F>
VM_INLINE void loadBytes(void* out, const uint8_t* in, int64_t stride, size_t n, F f) {
  int32_t* o = static_cast<int32_t*>(out);
  if (stride == 1) {
    VM_LANES
    for (size_t i = 0; i < n; i++) o[i] = f(in[i]);
  } else {
    for (size_t i = 0; i < n; i++, in += stride) o[i] = f(*in);
  }
}

void loadBools(void* out, const uint8_t* in, int64_t stride, size_t n) {
  loadBytes(out, in, stride, n, [](uint8_t x) { return -static_cast<int32_t>(x != 0); });
}

void loadInt8s(void* out, const uint8_t* in, int64_t stride, size_t n) {
  loadBytes(out, in, stride, n, [](uint8_t x) { return static_cast<int32_t>(static_cast<int8_t>(x)); });
}

void loadUint8s(void* out, const uint8_t* in, int64_t stride, size_t n) {
  loadBytes(out, in, stride, n, [](uint8_t x) { return static_cast<int32_t>(x); });
}

template <int32_t kBits>
void storeBytes(uint8_t* out, int64_t stride, const void* in, size_t n) {
  const int32_t* x = static_cast<const int32_t*>(in);
  if (stride == 1) {
    VM_LANES
    for (size_t i = 0; i < n; i++) out[i] = static_cast<uint8_t>(x[i] & kBits);
  } else {
    for (size_t i = 0; i < n; i++, out += stride) *out = static_cast<uint8_t>(x[i] & kBits);
  }
}

/** `kBrain`: bfloat16. */
template <bool kBrain>
VM_INLINE float halfToFloat(uint32_t bits) {
  return kBrain ? bfloat16ToFloat(bits) : float16ToFloat(bits);
}

template <bool kBrain>
VM_INLINE uint32_t floatToHalf(float x) {
  return kBrain ? floatToBfloat16(x) : floatToFloat16(x);
}

template <bool kBrain>
void loadHalves(void* out, const uint8_t* in, int64_t stride, size_t n) {
  float* o = static_cast<float*>(out);
  const uint16_t* x = reinterpret_cast<const uint16_t*>(in);
  size_t i = 0;
#if defined(__F16C__)
  if constexpr (!kBrain) {
    if (stride == 1)
      for (; i + 8 <= n; i += 8) _mm256_storeu_ps(o + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i))));
  }
#endif
  if (stride == 1) {
    VM_LANES
    for (; i < n; i++) o[i] = halfToFloat<kBrain>(x[i]);
  } else {
    for (; i < n; i++, x += stride) o[i] = halfToFloat<kBrain>(*x);
  }
}

template <bool kBrain>
void storeHalves(uint8_t* out, int64_t stride, const void* in, size_t n) {
  uint16_t* o = reinterpret_cast<uint16_t*>(out);
  const float* x = static_cast<const float*>(in);
  size_t i = 0;
#if defined(__F16C__)
  if constexpr (!kBrain) {
    if (stride == 1)
      for (; i + 8 <= n; i += 8) _mm_storeu_si128(reinterpret_cast<__m128i*>(o + i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), 0));
  }
#endif
  if (stride == 1) {
    VM_LANES
    for (; i < n; i++) o[i] = static_cast<uint16_t>(floatToHalf<kBrain>(x[i]));
  } else {
    for (; i < n; i++, o += stride) *o = static_cast<uint16_t>(floatToHalf<kBrain>(x[i]));
  }
}

template <bool kBrain>
void roundToHalf(void* out, const void* a, const void*, const void*, size_t n) {
  float* o = static_cast<float*>(out);
  const float* x = static_cast<const float*>(a);
  size_t i = 0;
#if defined(__F16C__)
  if constexpr (!kBrain)
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(o + i, _mm256_cvtph_ps(_mm256_cvtps_ph(_mm256_loadu_ps(x + i), 0)));
#endif
  VM_LANES
  for (; i < n; i++) o[i] = halfToFloat<kBrain>(floatToHalf<kBrain>(x[i]));
}

/** Lanes of float16 as the bfloat16 of the same bits (`kBrain`: of bfloat16 as float16). */
template <bool kBrain>
void swapHalves(void* out, const void* a, const void*, const void*, size_t n) {
  float* o = static_cast<float*>(out);
  const float* x = static_cast<const float*>(a);
  for (size_t i = 0; i < n; i++) o[i] = halfToFloat<!kBrain>(floatToHalf<kBrain>(x[i]));
}

bool allLanesTrue(const void* mask, size_t n) {
  const int32_t* x = static_cast<const int32_t*>(mask);
  int32_t all = -1;
  for (size_t i = 0; i < n; i++) all &= x[i];
  return all == -1;
}
