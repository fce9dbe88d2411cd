// What a sliding window does at one position, for the channels at it.

/** Tile is a scatter whose windows cover each element once: it stores y or 0, and needs no zeroed target. */
enum class WindowMode { Reduce, Gather, Scatter, Tile };

/** An element of a window: offsets in x, and in y (gather) or out (scatter). */
struct WindowTap {
  int64_t x, other;
};

/** A vector of `bytes` bytes, of one element at the least, and the integers that its comparisons give. */
template <typename T, int bytes>
struct Lanes {
  typedef T Type __attribute__((vector_size(bytes)));
  typedef decltype(Type{} == Type{}) Mask;
};

template <WindowOp op, typename V>
KERNEL_INLINE V windowCombine(V a, V b) {
  if constexpr (op == WindowOp::Sum) return a + b;
  else if constexpr (op == WindowOp::Max) return ((a > b) | (a != a)) ? a : b;
  else return ((a < b) | (a != a)) ? a : b;
}

/** `bytes` bytes of channels. `outer` is the result, or a scatter's y; `other` a gather's y, or a scatter's result. */
template <WindowMode mode, WindowOp op, typename T, int bytes>
KERNEL_INLINE void windowLanes(const WindowTap* taps, int64_t count, const T* x, T* other, T* outer) {
  typedef typename Lanes<T, bytes>::Type V;
  typedef typename Lanes<T, bytes>::Mask Mask;
  const auto read = [](const T* p) __attribute__((always_inline)) {
    V v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
  };
  const auto write = [](T* p, V v) __attribute__((always_inline)) { __builtin_memcpy(p, &v, sizeof v); };

  if constexpr (mode == WindowMode::Reduce) {
    constexpr T start = op == WindowOp::Sum ? T(0) : extremeStart<op == WindowOp::Max, T>();
    V sum = V{} + start;
    for (int64_t t = 0; t < count; t++) sum = windowCombine<op, V>(sum, read(x + taps[t].x));
    write(outer, sum);
  } else {
    V best = count ? read(x + taps[0].x) : V{};
    V value = mode == WindowMode::Gather && count ? read(other + taps[0].other) : V{};
    // The number of the winning tap, in lanes as wide as T's.
    const auto numbered = [](int64_t t) __attribute__((always_inline)) {
      if constexpr (sizeof(T) == 8) return Mask{} + t;
      else return Mask{} + int32_t(t);
    };
    Mask at = {};
    for (int64_t t = 1; t < count; t++) {
      const V next = read(x + taps[t].x);
      const Mask further = op == WindowOp::Max ? next > best : next < best;
      const Mask wins = (further | (next != next)) & (best == best);
      best = wins ? next : best;
      if constexpr (mode == WindowMode::Gather) value = wins ? read(other + taps[t].other) : value;
      else at = wins ? numbered(t) : at;
    }
    if constexpr (mode == WindowMode::Gather) {
      write(outer, value);
    } else {
      const V y = read(outer);
      for (int64_t t = 0; t < count; t++) {
        T* to = other + taps[t].other;
        if constexpr (mode == WindowMode::Tile) {
          write(to, at == numbered(t) ? y : V{});
        } else {
          const V now = read(to);
          write(to, at == numbered(t) ? now + y : now);
        }
      }
    }
  }
}

template <WindowMode mode, WindowOp op, typename T>
KERNEL_INLINE void windowChannels(const WindowTap* taps, int64_t count, const T* x, T* other, T* outer, int64_t channels) {
  [[maybe_unused]] constexpr int64_t wide = kVectorBytes / int64_t(sizeof(T)), narrow = 16 / int64_t(sizeof(T));
  int64_t c = 0;
  const auto from = [&](T* p) { return mode == WindowMode::Reduce ? p : p + c; };
  // Only float32 is worth the code: windows over other dtypes are rare.
  if constexpr (sizeof(T) == 4 && T(0.5) != T(0)) {
    for (; c + wide <= channels; c += wide) windowLanes<mode, op, T, int(kVectorBytes)>(taps, count, x + c, from(other), outer + c);
    if constexpr (wide > narrow)
      for (; c + narrow <= channels; c += narrow) windowLanes<mode, op, T, 16>(taps, count, x + c, from(other), outer + c);
  }
  for (; c < channels; c++) windowLanes<mode, op, T, int(sizeof(T))>(taps, count, x + c, from(other), outer + c);
}
