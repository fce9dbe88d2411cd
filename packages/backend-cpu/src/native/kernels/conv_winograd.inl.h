// 3x3 convolutions of stride 1, and their input gradients, by Winograd's scheme (winograd.inl.h).
//
// The filter is transformed once for all tasks. A task has a block of bands, whose outputs are neighbours in the order of rows; it
// transforms their patches, and then, some features at a time, takes the 16 products and turns them into outputs, all in its cache.

struct WinogradPlan {
  const Context* context;
  const ConvArgs* args;
  int64_t group;
  Images images;
  WinogradTiles tiles;
  /** Bands of a task, and how many tasks divide the bands and the features. */
  int64_t blockBands, blocks, taskFeatures, featureParts;
  /** Features whose products are made together. */
  int64_t chunk;
  /** Distances of two tiles, and of two positions, in the transformed patches and in the products. */
  int64_t patchTile, patchStep, productTile, productStep;
  bool direct;
  /** [position][panel][channel][kTileCols]. */
  float* filter;
  int64_t panels, filterFloats;
  /** A worker's scratch, in floats: the patches are at 0. */
  int64_t productsAt, tileAt, scratchFloats;
};

/**
 * Tiles that a task should have at least, for a filter that all tasks read, and floats of its patches that stay in the second-level cache.
 * Where they do, a few features at a time keep the products in it too; else patches are read once, for all features.
 */
constexpr int64_t kWinogradTaskTiles = 64, kWinogradPatchFloats = 256 << 10, kWinogradFeatures = 2 * kTileCols;
/** Channels whose filters are transformed by one task. */
constexpr int64_t kWinogradFilterChannels = 64;

/** The filters of one panel of features and some channels. */
inline void winogradFilterTask(void* arg, int task, int worker) {
  const WinogradPlan& plan = *static_cast<const WinogradPlan*>(arg);
  const ConvArgs& c = *plan.args;
  const int64_t panel = task % plan.panels, k0 = task / plan.panels * kWinogradFilterChannels;
  const int64_t depth = minOf(kWinogradFilterChannels, c.channels - k0), cols = minOf<int64_t>(kTileCols, c.features - panel * kTileCols);
  float* taps = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  const float* rhs = static_cast<const float*>(c.rhs) + plan.group * c.rhsGroup + k0 * c.rhsChannel + panel * kTileCols * c.rhsFeature;
  const int64_t tapFloats = depth * kTileCols;
  for (int64_t tap = 0; tap < 9; tap++)
    packPanel(rhs + tap / 3 * c.rhsWindow[0] + tap % 3 * c.rhsWindow[1], c.rhsChannel, c.rhsFeature, depth, cols, taps + tap * tapFloats);
  const int64_t vectors = ceilDiv(cols, kLanes), step = plan.panels * c.channels * kTileCols;
  float* to = plan.filter + (panel * c.channels + k0) * kTileCols;
  for (int64_t k = 0; k < depth; k++)
    for (int64_t v = 0; v < vectors; v++) {
      const int64_t at = k * kTileCols + v * kLanes;
      Vec g[3][3], u[4][4];
#pragma GCC unroll 9
      for (int tap = 0; tap < 9; tap++) g[tap / 3][tap % 3] = load(taps + tap * tapFloats + at);
      transformFilter(g, u);
#pragma GCC unroll 16
      for (int p = 0; p < kWinogradPositions; p++) store(to + p * step + at, u[p / 4][p % 4]);
    }
}

/** Transforms the patches of bands [first, first + count). */
inline void transformBands(const WinogradPlan& plan, int64_t first, int64_t count, float* patches) {
  const Images& images = plan.images;
  const int64_t* low = plan.args->low;
  for (int64_t band = first; band < first + count; band++) {
    const float* image = images.data + band / plan.tiles.bandsPerImage * images.image;
    const int64_t y = band % plan.tiles.bandsPerImage * 2 - low[0];
    for (int64_t t = 0; t < plan.tiles.bandTiles; t++, patches += plan.patchTile)
      for (int64_t channel = 0; channel < images.channels; channel += kLanes) {
        Vec d[4][4];
        loadWindow(images, image, y, t * 2 - low[1], channel, minOf<int64_t>(kLanes, images.channels - channel), d);
        transformPatch(d);
#pragma GCC unroll 16
        for (int p = 0; p < kWinogradPositions; p++) store(patches + p * plan.patchStep + channel, d[p / 4][p % 4]);
      }
  }
}

/** The products of all positions, for `tiles` tiles and columns [n0, n0 + cols). */
inline void winogradProducts(const WinogradPlan& plan, const float* patches, int64_t tiles, int64_t n0, int64_t cols, float* products) {
  const int64_t channels = plan.args->channels, blocks = ceilDiv(channels, kMaxBlockK), blockK = ceilDiv(channels, blocks);
  const Strips strips(tiles, stripRows(blockK));
  PanelCall panel(1, kTileCols);
  MicroCall& call = panel.call;
  call.rowStep = plan.patchTile;
  call.outStep = call.fromStep = plan.productTile;
  for (int64_t p = 0; p < kWinogradPositions; p++)
    for (int64_t n = 0; n < cols; n += kTileCols)
      for (int64_t k = 0; k < channels; k += blockK) {
        panel.setColumns(minOf<int64_t>(kTileCols, cols - n));
        call.run = minOf(blockK, channels - k);
        call.rhs = plan.filter + ((p * plan.panels + (n0 + n) / kTileCols) * channels + k) * kTileCols;
        // The panels of a position follow each other, but for those of other tasks.
        const float* next = call.rhs + (k + blockK < channels ? blockK : channels) * kTileCols;
        const bool fetches = k + blockK < channels || n + kTileCols < cols;
        panel.setNoFetch();
        strips.eachHeight([&](int64_t strip, int64_t count, int64_t height, int64_t row) {
          if (fetches) panel.setFetch(next, minOf(blockK, channels) * kTileCols, strip, count, strips.count);
          call.lhs = patches + p * plan.patchStep + row * plan.patchTile + k;
          call.lhsTile = height * plan.patchTile;
          call.out = products + p * plan.productStep + row * plan.productTile + n;
          call.from = k > 0 ? call.out : nullptr;
          panel.runDown<Micro::Strided>(count, height);
        });
      }
}

/** Where the outputs of a task go: `rowStep` floats from one to the next, with the epilogue where they are final. */
struct WinogradTarget {
  float* out;
  int64_t rowStep;
  bool relu;
  const float* bias;
};

/** Turns products into outputs. Row 0 of the target is the first output of band `first`. */
inline void winogradOutputs(const WinogradPlan& plan, const float* products, int64_t first, int64_t count, int64_t cols, const WinogradTarget& to) {
  const WinogradTiles& tiles = plan.tiles;
  int64_t row = 0;
  for (int64_t band = first; band < first + count; band++) {
    const int64_t rows = minOf<int64_t>(2, tiles.height - band % tiles.bandsPerImage * 2);
    for (int64_t t = 0; t < tiles.bandTiles; t++, products += plan.productTile) {
      const int64_t width = minOf<int64_t>(2, tiles.width - t * 2);
      float* at = to.out + (row + t * 2) * to.rowStep;
      for (int64_t n = 0; n < cols; n += kLanes) {
        const int64_t lanes = minOf<int64_t>(kLanes, cols - n);
        Vec m[4][4], y[2][2];
#pragma GCC unroll 16
        for (int p = 0; p < kWinogradPositions; p++) m[p / 4][p % 4] = load(products + p * plan.productStep + n);
        transformProducts(m, y);
        const Vec bias = to.bias ? loadPartial(to.bias + n, lanes) : Vec{};
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          if (i / 2 >= rows || i % 2 >= width) continue;
          float* out = at + (i / 2 * tiles.width + i % 2) * to.rowStep + n;
          Vec sum = y[i / 2][i % 2] + bias;
          storePartial(out, to.relu ? relu(sum) : sum, lanes);
        }
      }
    }
    row += rows * tiles.width;
  }
}

inline void winogradTask(void* arg, int task, int worker) {
  const WinogradPlan& plan = *static_cast<const WinogradPlan*>(arg);
  const ConvArgs& c = *plan.args;
  const Epilogue& e = c.epilogue;
  const WinogradTiles& tiles = plan.tiles;
  float* scratch = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  const int64_t first = task / plan.featureParts * plan.blockBands, bands = minOf(plan.blockBands, tiles.bands - first);
  const int64_t begin = task % plan.featureParts * plan.taskFeatures, end = minOf(begin + plan.taskFeatures, c.features);
  transformBands(plan, first, bands, scratch);
  // The first output of band b: whole images, and whole bands of two rows.
  const auto outputOf = [&](int64_t band) {
    return (band / tiles.bandsPerImage * tiles.height + band % tiles.bandsPerImage * 2) * tiles.width;
  };
  const int64_t m0 = outputOf(first), rows = outputOf(first + bands) - m0;
  const BatchOffsets offsets = offsetsOf(c, plan.group);
  float* products = scratch + plan.productsAt;
  for (int64_t n = begin; n < end; n += plan.chunk) {
    const int64_t cols = minOf(plan.chunk, end - n);
    winogradProducts(plan, scratch, bands * tiles.bandTiles, n, cols, products);
    WinogradTarget target = {};
    if (plan.direct) {
      const bool biased = e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu;
      target.out = static_cast<float*>(e.out) + offsets.out + m0 * e.outRow + n;
      target.rowStep = e.outRow;
      target.bias = biased ? static_cast<const float*>(e.bias) + n : nullptr;
      target.relu = e.kind == EpilogueKind::BiasRelu;
      winogradOutputs(plan, products, first, bands, cols, target);
    } else {
      target.out = scratch + plan.tileAt;
      target.rowStep = roundUp(cols, kTileAlign);
      winogradOutputs(plan, products, first, bands, cols, target);
      deliverTile<float>(e, target.out, target.rowStep, plan.group, offsets, m0, n, rows, cols, worker);
    }
  }
}

/** False where the convolution is not of this kind. */
inline bool planWinograd(const Context& context, const ConvArgs& c, WinogradPlan& plan) {
  if (!isDense2d(c) || c.window[0] != 3 || c.window[1] != 3 || c.lhsChannel != 1) return false;
  if (c.channels < kWinogradChannels || c.features < kWinogradChannels) return false;
  plan.tiles = winogradTiles(c.batch, c.output[0], c.output[1]);
  const int64_t tiles = plan.tiles.bands * plan.tiles.bandTiles;
  if (kWinogradPositions * c.channels * c.features > kMaxSharedFloats) return false;
  // Thin outputs leave most of a tile empty.
  if (tiles < (c.packed ? kKeptWinogradTiles : kWinogradTiles) || tiles * 3 > c.batch * c.output[0] * c.output[1]) return false;
  plan.context = &context;
  plan.args = &c;
  plan.direct = storesDirectly(c.epilogue);
  plan.panels = ceilDiv(c.features, kTileCols);

  // A block has a band at least, and no more tiles than its caches hold; every thread has several, or a part of the features.
  const int threads = context.parallel.threads;
  const int64_t most = minOf(2 * kWinogradTaskTiles, maxOf(kWinogradTaskTiles, kWinogradPatchFloats / (kWinogradPositions * c.channels)));
  plan.blocks = ceilDiv(plan.tiles.bands, maxOf<int64_t>(1, most / plan.tiles.bandTiles));
  if (threads > 1 && plan.blocks < 4 * threads) plan.blocks = minOf<int64_t>(4 * threads, maxOf(plan.blocks, tiles / kWinogradTiles));
  plan.blockBands = ceilDiv(plan.tiles.bands, plan.blocks);
  plan.blocks = ceilDiv(plan.tiles.bands, plan.blockBands);
  plan.featureParts = plan.blocks >= threads ? 1 : minOf<int64_t>(threads, ceilDiv(c.features, kTileCols));
  plan.taskFeatures = roundUp(ceilDiv(c.features, plan.featureParts), kTileCols);
  plan.featureParts = ceilDiv(c.features, plan.taskFeatures);

  const int64_t blockTiles = plan.blockBands * plan.tiles.bandTiles;
  // A line more than whole tiles: else the positions of a tile fall into one set of the cache.
  plan.patchTile = roundUp(c.channels, kTileAlign);
  plan.patchStep = blockTiles * plan.patchTile + kTileAlign;
  plan.chunk = kWinogradPositions * plan.patchStep > 2 * kWinogradPatchFloats ? plan.taskFeatures : minOf(kWinogradFeatures, plan.taskFeatures);
  plan.productTile = roundUp(plan.chunk, kTileAlign);
  plan.productStep = blockTiles * plan.productTile + kTileAlign;
  plan.productsAt = kWinogradPositions * plan.patchStep;
  plan.tileAt = plan.productsAt + kWinogradPositions * plan.productStep;
  plan.scratchFloats = maxOf(plan.tileAt + (plan.direct ? 0 : 4 * blockTiles * plan.productTile), 9 * kWinogradFilterChannels * kTileCols);
  plan.filterFloats = kWinogradPositions * plan.panels * c.channels * kTileCols;
  return true;
}

/** True if the convolution was of this kind, and is done. */
inline bool convWinograd(const Context& context, const ConvArgs& c) {
  WinogradPlan plan = {};
  if (!planWinograd(context, c, plan)) return false;
  PackedOperand* packed = placeOf(c.packed);
  if (!reserve<float>(context, plan.scratchFloats, packed ? 0 : plan.filterFloats)) return true;
  plan.filter = packed ? packed->memory : scratchOf<float>(context, -1, plan.filterFloats);
  for (plan.group = 0; plan.group < c.groups; plan.group++) {
    plan.images = {static_cast<const float*>(c.lhs) + plan.group * c.lhsGroup, c.lhsBatch, c.lhsSpatial[0], c.lhsSpatial[1], c.input[0], c.input[1],
                   c.channels};
    if (!packed || !packed->ready) runTasks(context, plan.panels * ceilDiv(c.channels, kWinogradFilterChannels), winogradFilterTask, &plan);
    runTasks(context, plan.blocks * plan.featureParts, winogradTask, &plan);
    if (packed) plan.filter += plan.filterFloats;
  }
  if (packed) packed->ready = true;
  return true;
}
