// Random bits. Each round of a counter waits for the one before it: several vectors of counters take them side by side.

typedef uint32_t Words __attribute__((vector_size(VM_VECTOR_BYTES)));
/** At any address of a word. */
typedef uint32_t WordsUnaligned __attribute__((vector_size(VM_VECTOR_BYTES), aligned(4), may_alias));

constexpr size_t kWords = VM_VECTOR_BYTES / sizeof(uint32_t);
constexpr size_t kSideBySide = 4;
/** Counters that are drawn for at once. */
constexpr size_t kDraw = kSideBySide * kWords;

VM_INLINE Words rotated(Words x, int by) { return x << by | x >> (32 - by); }

/** Threefry-2x32 with 20 rounds of the counters (0, x): the xor of its two words. */
struct Threefry {
  Words keys[3];

  VM_INLINE explicit Threefry(const uint32_t* key) : keys{Words{} + key[0], Words{} + key[1], Words{} + (key[0] ^ key[1] ^ 0x1bd11bdau)} {}

  /** The bits of `kDraw` counters. */
  VM_INLINE void draw(uint32_t* out, const uint32_t* counters) const {
    Words x0[kSideBySide], x1[kSideBySide];
    for (size_t v = 0; v < kSideBySide; v++) {
      x0[v] = keys[0];
      x1[v] = *reinterpret_cast<const WordsUnaligned*>(counters + v * kWords) + keys[1];
    }
    rounds<0>(x0, x1);
    for (size_t v = 0; v < kSideBySide; v++) *reinterpret_cast<WordsUnaligned*>(out + v * kWords) = x0[v] ^ x1[v];
  }

 private:
  /** Four rounds after which the `kTurn`th key is added, and what follows them. */
  template <int kTurn>
  VM_INLINE void rounds(Words (&x0)[kSideBySide], Words (&x1)[kSideBySide]) const {
    constexpr int kRotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    const Words k0 = keys[(kTurn + 1) % 3], k1 = keys[(kTurn + 2) % 3] + (kTurn + 1u);
    for (int round = 0; round < 4; round++) {
      for (size_t v = 0; v < kSideBySide; v++) {
        x0[v] += x1[v];
        x1[v] = rotated(x1[v], kRotations[kTurn % 2][round]) ^ x0[v];
      }
    }
    for (size_t v = 0; v < kSideBySide; v++) {
      x0[v] += k0;
      x1[v] += k1;
    }
    if constexpr (kTurn < 4) rounds<kTurn + 1>(x0, x1);
  }
};

void randomBits(void* out, const void* a, const void* b, const void*, size_t n) {
  uint32_t* o = static_cast<uint32_t*>(out);
  const uint32_t* counters = static_cast<const uint32_t*>(a);
  const Threefry random(static_cast<const uint32_t*>(b));
  const Lanes<kDraw> lanes(n);
  uint32_t rest[kDraw] = {};
  if (lanes.hasRest()) {
    lanes.readRest(rest, counters);
    random.draw(rest, rest);
  }
  for (size_t i = 0; i < lanes.whole; i += kDraw) random.draw(o + i, counters + i);
  if (lanes.hasRest()) lanes.writeRest(o, rest);
}
