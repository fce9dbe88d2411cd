// Weight gradients of 3x3 convolutions of stride 1 by Winograd's scheme (winograd.inl.h): the "convolution" whose batch is the channels of
// the images, whose window is the output's gradient, and whose channels, which are summed over, are the images.
//
// Tiles are taken some bands at a time: the patches of the images are transformed and the tiles of the gradient spread, laid out as the
// micro-kernel reads them; then each of the 16 positions is a product, summed over the tiles. At the end the sums are gathered into filters.
// Where sums for every share fit into a cache, the bands are dealt out in shares of one thread each; else all threads work at one share.

struct WinogradFilterPlan {
  const Context* context;
  const ConvArgs* args;
  int64_t group;
  Images images, gradient;
  WinogradTiles tiles;
  int64_t channelGroups, panels, ldSums;
  int64_t shares, shareFloats, patchFloats, spreadFloats, sumFloats;
  float* block;
  /** Bands taken together, and their tiles. */
  int64_t blockBands, blockTiles;
  /** Parts that the panels of a position are divided into. */
  int64_t parts;
  int64_t scratchFloats;
};

/** The bands of one share, of which `bands` from `firstBand` on are in hand. */
struct WinogradShare {
  const WinogradFilterPlan* plan;
  bool first;
  int64_t firstBand, bands;
  /** [position][channels / kLanes][tile][kLanes]. */
  float* patches;
  /** [position][panel][tile][kTileCols]. */
  float* spread;
  /** [position][channel][ldSums]. */
  float* sums;
};

/** Floats of patches and spread gradients that one thread, and that all threads, have in hand; floats of the sums of a thread's share. */
constexpr int64_t kWinogradShareFloats = 128 << 10, kWinogradBlockFloats = 2 << 20, kWinogradSumFloats = 256 << 10;
/** Channels whose filters are gathered by one task. */
constexpr int64_t kWinogradGatherChannels = 16;

inline void spreadBandTask(void* arg, int task, int) {
  const WinogradShare& share = *static_cast<const WinogradShare*>(arg);
  const WinogradFilterPlan& plan = *share.plan;
  const ConvArgs& c = *plan.args;
  const WinogradTiles& tiles = plan.tiles;
  const int64_t band = share.firstBand + task, n = band / tiles.bandsPerImage, y = band % tiles.bandsPerImage * 2;
  const float* image = plan.images.data + n * plan.images.image;
  const float* gradient = plan.gradient.data + n * plan.gradient.image;
  const int64_t patchStep = plan.channelGroups * plan.blockTiles * kLanes, spreadStep = plan.panels * plan.blockTiles * kTileCols;
  for (int64_t t = 0; t < tiles.bandTiles; t++) {
    const int64_t tile = task * tiles.bandTiles + t;
    for (int64_t g = 0; g < plan.channelGroups; g++) {
      Vec d[4][4];
      loadWindow(plan.images, image, y - c.low[0], t * 2 - c.low[1], g * kLanes, minOf<int64_t>(kLanes, c.batch - g * kLanes), d);
      transformPatch(d);
      float* to = share.patches + (g * plan.blockTiles + tile) * kLanes;
#pragma GCC unroll 16
      for (int p = 0; p < kWinogradPositions; p++) store(to + p * patchStep, d[p / 4][p % 4]);
    }
    for (int64_t o = 0; o < c.features; o += kLanes) {
      Vec pixels[2][2], w[4][4];
      loadWindow(plan.gradient, gradient, y, t * 2, o, minOf<int64_t>(kLanes, c.features - o), pixels);
      spreadOutputs(pixels, w);
      float* to = share.spread + (o / kTileCols * plan.blockTiles + tile) * kTileCols + o % kTileCols;
#pragma GCC unroll 16
      for (int p = 0; p < kWinogradPositions; p++) store(to + p * spreadStep, w[p / 4][p % 4]);
    }
  }
}

/** Adds the products of one position and some panels. */
inline void sumTilesTask(void* arg, int task, int) {
  const WinogradShare& share = *static_cast<const WinogradShare*>(arg);
  const WinogradFilterPlan& plan = *share.plan;
  const ConvArgs& c = *plan.args;
  const int64_t p = task / plan.parts, part = task % plan.parts;
  const int64_t begin = plan.panels * part / plan.parts, end = plan.panels * (part + 1) / plan.parts;
  PanelCall panel(kLanes, kTileCols);
  MicroCall& call = panel.call;
  call.run = share.bands * plan.tiles.bandTiles;
  call.rowStep = 1;
  call.outStep = call.fromStep = plan.ldSums;
  for (int64_t n = begin; n < end; n++) {
    panel.setColumns(minOf<int64_t>(kTileCols, c.features - n * kTileCols));
    call.rhs = share.spread + (p * plan.panels + n) * plan.blockTiles * kTileCols;
    panel.setNoFetch();
    for (int64_t g = 0; g < plan.channelGroups; g++)
      Strips(minOf<int64_t>(kLanes, c.batch - g * kLanes)).eachHeight([&](int64_t, int64_t count, int64_t height, int64_t row) {
        call.lhs = share.patches + (p * plan.channelGroups + g) * plan.blockTiles * kLanes + row;
        call.lhsTile = height;
        call.out = share.sums + (p * c.batch + g * kLanes + row) * plan.ldSums + n * kTileCols;
        call.from = share.first ? nullptr : call.out;
        panel.runDown<Micro::Strided>(count, height);
      });
  }
}

/** All bands of a share. */
inline void sumShare(const Context& context, const WinogradFilterPlan& plan, int64_t index) {
  const int64_t begin = plan.tiles.bands * index / plan.shares, end = plan.tiles.bands * (index + 1) / plan.shares;
  WinogradShare share = {&plan, true, begin, 0, plan.block + index * plan.shareFloats, nullptr, nullptr};
  share.spread = share.patches + plan.patchFloats;
  share.sums = share.spread + plan.spreadFloats;
  for (; share.firstBand < end; share.firstBand += share.bands, share.first = false) {
    share.bands = minOf(plan.blockBands, end - share.firstBand);
    runTasks(context, share.bands, spreadBandTask, &share);
    runTasks(context, kWinogradPositions * plan.parts, sumTilesTask, &share);
  }
}

inline void sumShareTask(void* arg, int task, int) {
  const WinogradFilterPlan& plan = *static_cast<const WinogradFilterPlan*>(arg);
  Context alone = *plan.context;
  alone.parallel.threads = 1;
  sumShare(alone, plan, task);
}

/** Gathers the filters of some channels and delivers them. */
inline void gatherFiltersTask(void* arg, int task, int worker) {
  const WinogradFilterPlan& plan = *static_cast<const WinogradFilterPlan*>(arg);
  const ConvArgs& c = *plan.args;
  float* tile = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  const int64_t first = task * kWinogradGatherChannels, count = minOf(kWinogradGatherChannels, c.batch - first);
  const int64_t step = c.batch * plan.ldSums;
  const float* sums = plan.block + plan.patchFloats + plan.spreadFloats;
  for (int64_t i = 0; i < count; i++)
    for (int64_t o = 0; o < c.features; o += kLanes) {
      Vec m[4][4], g[3][3];
#pragma GCC unroll 16
      for (int p = 0; p < kWinogradPositions; p++) m[p / 4][p % 4] = load(sums + (first + i) * plan.ldSums + o + p * step);
      for (int64_t share = 1; share < plan.shares; share++)
#pragma GCC unroll 16
        for (int p = 0; p < kWinogradPositions; p++)
          m[p / 4][p % 4] += load(sums + share * plan.shareFloats + (first + i) * plan.ldSums + o + p * step);
      gatherFilter(m, g);
#pragma GCC unroll 9
      for (int tap = 0; tap < 9; tap++) store(tile + (i * 9 + tap) * plan.ldSums + o, g[tap / 3][tap % 3]);
    }
  deliverTile<float>(c.epilogue, tile, plan.ldSums, plan.group, offsetsOf(c, plan.group), first * 9, 0, count * 9, c.features, worker);
}

/** True if the convolution was of this kind, and is done. */
inline bool convWinogradFilter(const Context& context, const ConvArgs& c) {
  // A right operand that stays as it is is no gradient.
  if (c.packed || !isDense2d(c) || c.output[0] != 3 || c.output[1] != 3 || c.lhsBatch != 1 || c.rhsFeature != 1) return false;
  if (c.batch < kWinogradChannels || c.features < kWinogradChannels) return false;
  WinogradFilterPlan plan = {};
  plan.tiles = winogradTiles(c.channels, c.window[0], c.window[1]);
  const int64_t tiles = plan.tiles.bands * plan.tiles.bandTiles;
  if (tiles < 2 * kWinogradTiles || tiles * 3 > c.channels * c.window[0] * c.window[1]) return false;
  plan.context = &context;
  plan.args = &c;
  plan.channelGroups = ceilDiv(c.batch, kLanes);
  plan.panels = ceilDiv(c.features, kTileCols);
  plan.ldSums = roundUp(c.features, kTileAlign);
  plan.sumFloats = kWinogradPositions * c.batch * plan.ldSums;
  if (plan.sumFloats > kMaxSharedFloats) return false;

  const int threads = context.parallel.threads;
  const bool small = plan.sumFloats <= kWinogradSumFloats, shared = threads > 1 && small;
  plan.shares = shared ? minOf<int64_t>(2 * threads, maxOf<int64_t>(1, tiles / (2 * kWinogradTiles))) : 1;
  const int64_t tileFloats = kWinogradPositions * (plan.channelGroups * kLanes + plan.panels * kTileCols);
  const int64_t most = maxOf(kWinogradTiles, (small ? kWinogradShareFloats : kWinogradBlockFloats) / tileFloats);
  const int64_t shareBands = ceilDiv(plan.tiles.bands, plan.shares);
  plan.blockBands = ceilDiv(shareBands, ceilDiv(shareBands, maxOf<int64_t>(1, most / plan.tiles.bandTiles)));
  plan.blockTiles = plan.blockBands * plan.tiles.bandTiles;
  plan.parts = shared ? 1 : minOf<int64_t>(plan.panels, ceilDiv(2 * threads, kWinogradPositions));

  plan.scratchFloats = kWinogradGatherChannels * 9 * plan.ldSums;
  plan.patchFloats = kWinogradPositions * plan.channelGroups * plan.blockTiles * kLanes;
  plan.spreadFloats = kWinogradPositions * plan.panels * plan.blockTiles * kTileCols;
  plan.shareFloats = plan.patchFloats + plan.spreadFloats + plan.sumFloats;
  if (!reserve<float>(context, plan.scratchFloats, plan.shares * plan.shareFloats)) return true;
  plan.block = scratchOf<float>(context, -1, plan.shares * plan.shareFloats);
  for (plan.group = 0; plan.group < c.groups; plan.group++) {
    plan.images = {static_cast<const float*>(c.lhs) + plan.group * c.lhsGroup, c.lhsChannel, c.lhsSpatial[0], c.lhsSpatial[1], c.input[0], c.input[1],
                   c.batch};
    plan.gradient = {static_cast<const float*>(c.rhs) + plan.group * c.rhsGroup, c.rhsChannel, c.rhsWindow[0], c.rhsWindow[1], c.window[0], c.window[1],
                     c.features};
    if (shared)
      runTasks(context, plan.shares, sumShareTask, &plan);
    else
      sumShare(context, plan, 0);
    runTasks(context, ceilDiv(c.batch, kWinogradGatherChannels), gatherFiltersTask, &plan);
  }
  return true;
}
