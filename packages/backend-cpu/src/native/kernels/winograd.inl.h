// The transforms of Winograd's minimal filtering F(2x2, 3x3) [Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks"],
// on vectors of channels. A 3x3 convolution of stride 1 gives 2x2 outputs from a 4x4 patch of its input with 16 products where the
// definition takes 36: out = A' [(G filter G') * (B' patch B)] A, products taken position by position. Over all channels and tiles, each of
// the 16 positions is a matrix product. The weight gradient is the transpose of the same scheme.

/** Elements of a transformed patch. */
constexpr int kWinogradPositions = 16;

/** Images with contiguous channels: element strides, and how far each axis goes. */
struct Images {
  const float* data;
  int64_t image, row, col;
  int64_t height, width, channels;
};

/** Tiles of 2x2 outputs (or of 2x2 pixels of an output's gradient). A band is the tiles of two rows. */
struct WinogradTiles {
  int64_t images, height, width;
  int64_t bandTiles, bandsPerImage, bands;
};

inline WinogradTiles winogradTiles(int64_t images, int64_t height, int64_t width) {
  const int64_t perImage = ceilDiv(height, 2);
  return {images, height, width, ceilDiv(width, 2), perImage, perImage * images};
}

/** R x C elements from (y, x) on, `count` channels of each; what lies outside of the image is 0. */
template <int R, int C>
KERNEL_INLINE void loadWindow(const Images& from, const float* image, int64_t y, int64_t x, int64_t channel, int64_t count, Vec (&d)[R][C]) {
  const float* at = image + y * from.row + x * from.col + channel;
  if (count == kLanes && y >= 0 && x >= 0 && y + R <= from.height && x + C <= from.width) {
#pragma GCC unroll 4
    for (int i = 0; i < R; i++)
#pragma GCC unroll 4
      for (int j = 0; j < C; j++) d[i][j] = load(at + i * from.row + j * from.col);
    return;
  }
#pragma GCC unroll 4
  for (int i = 0; i < R; i++)
#pragma GCC unroll 4
    for (int j = 0; j < C; j++) {
      const bool inside = y + i >= 0 && y + i < from.height && x + j >= 0 && x + j < from.width;
      d[i][j] = inside ? loadPartial(at + i * from.row + j * from.col, count) : Vec{};
    }
}

/** B' d B, in place. */
KERNEL_INLINE void transformPatch(Vec (&d)[4][4]) {
  const auto along = [](Vec& a, Vec& b, Vec& c, Vec& e) {
    const Vec first = a - c, second = b + c, third = c - b, fourth = b - e;
    a = first, b = second, c = third, e = fourth;
  };
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) along(d[0][j], d[1][j], d[2][j], d[3][j]);
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) along(d[i][0], d[i][1], d[i][2], d[i][3]);
}

/** G g G'. */
KERNEL_INLINE void transformFilter(const Vec (&g)[3][3], Vec (&u)[4][4]) {
  Vec t[4][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; j++) {
    const Vec outer = (g[0][j] + g[2][j]) * 0.5f, inner = g[1][j] * 0.5f;
    t[0][j] = g[0][j], t[1][j] = outer + inner, t[2][j] = outer - inner, t[3][j] = g[2][j];
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const Vec outer = (t[i][0] + t[i][2]) * 0.5f, inner = t[i][1] * 0.5f;
    u[i][0] = t[i][0], u[i][1] = outer + inner, u[i][2] = outer - inner, u[i][3] = t[i][2];
  }
}

/** A' m A: 2x2 outputs. */
KERNEL_INLINE void transformProducts(const Vec (&m)[4][4], Vec (&out)[2][2]) {
  Vec t[2][4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    t[0][j] = m[0][j] + m[1][j] + m[2][j];
    t[1][j] = m[1][j] - m[2][j] - m[3][j];
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    out[i][0] = t[i][0] + t[i][1] + t[i][2];
    out[i][1] = t[i][1] - t[i][2] - t[i][3];
  }
}

/** A y A': the transpose of transformProducts. */
KERNEL_INLINE void spreadOutputs(const Vec (&y)[2][2], Vec (&w)[4][4]) {
  Vec t[4][2];
#pragma GCC unroll 2
  for (int j = 0; j < 2; j++) t[0][j] = y[0][j], t[1][j] = y[0][j] + y[1][j], t[2][j] = y[0][j] - y[1][j], t[3][j] = -y[1][j];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) w[i][0] = t[i][0], w[i][1] = t[i][0] + t[i][1], w[i][2] = t[i][0] - t[i][1], w[i][3] = -t[i][1];
}

/** G' m G: the transpose of transformFilter. */
KERNEL_INLINE void gatherFilter(const Vec (&m)[4][4], Vec (&g)[3][3]) {
  Vec t[3][4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    const Vec sum = (m[1][j] + m[2][j]) * 0.5f;
    t[0][j] = m[0][j] + sum, t[1][j] = (m[1][j] - m[2][j]) * 0.5f, t[2][j] = sum + m[3][j];
  }
#pragma GCC unroll 3
  for (int i = 0; i < 3; i++) {
    const Vec sum = (t[i][1] + t[i][2]) * 0.5f;
    g[i][0] = t[i][0] + sum, g[i][1] = (t[i][1] - t[i][2]) * 0.5f, g[i][2] = sum + t[i][3];
  }
}

/** True for a 2-d convolution that visits every pixel and every tap: no strides, no dilations. */
inline bool isDense2d(const ConvArgs& c) {
  if (c.spatial != 2) return false;
  for (int a = 0; a < 2; a++)
    if (c.strides[a] != 1 || c.lhsDilation[a] != 1 || c.rhsDilation[a] != 1) return false;
  return true;
}

/** Channels and features below which the transforms cost more than they save; tiles below which that of the filter does. */
constexpr int64_t kWinogradChannels = 32, kWinogradTiles = 32;
/** Tiles below which a filter that is kept transformed costs more than one that is not: it is 16/9 as large. */
constexpr int64_t kKeptWinogradTiles = 16;
