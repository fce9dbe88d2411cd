// Rows of a tile and taps of a chunk, as offsets. With lhsDilation d, output o meets tap w only where
// o * stride - low + w * rhsDilation is a multiple of d; with o * stride - low = d * q + r that depends on r alone, the phase.

/** A tile: rows (batch, depth, height, width) and features. */
struct ConvTile {
  int64_t group, start[4], count[4], n0, cols;
};

/** A chunk of K: depth, height, width of the window, channels. */
struct ConvChunk {
  int64_t start[4], count[4];
};

KERNEL_INLINE int64_t dilatedStart(const ConvAxis& a, int64_t output) { return output * a.stride - a.low; }

/** The rows of a tile that have the phase. `rowStep` and `base` give offsets in the output: (m - base) * rowStep. */
inline int64_t listRows(const ConvPlan& plan, const ConvTile& tile, const int64_t* phase, int64_t base, int64_t rowStep, TileRow* rows) {
  int64_t count = 0;
  int64_t first[3];
  for (int a = 0; a < 3; a++) first[a] = floorDiv(dilatedStart(plan.axes[a], tile.start[1 + a]), plan.axes[a].lhsDilation);
  // Offset in the box along a spatial axis, or -1 where the phase is another.
  const auto offset = [&](int a, int64_t i, int64_t& lhs) {
    const int64_t at = dilatedStart(plan.axes[a], tile.start[1 + a] + i), d = plan.axes[a].lhsDilation;
    const int64_t q = d == 1 ? at : floorDiv(at, d);
    lhs = (q - first[a]) * plan.boxStrides[kAxisD + a];
    return at - q * d == phase[a];
  };
  // Batch outside of positions, inside, or both: slices outside, a strip inside.
  const int64_t inner = plan.sliced ? kTileRows : plan.rowsAlongBatch ? tile.count[0] : 1;
  for (int64_t n = 0; n < tile.count[0]; n += inner) {
    const int64_t images = minOf(inner, tile.count[0] - n);
    const int64_t lhsN = plan.sliced ? n / kTileRows * plan.boxSlice : n * plan.boxStrides[kAxisN];
    for (int64_t d = 0; d < tile.count[1]; d++) {
      int64_t lhsD, lhsH, lhsW;
      if (!offset(0, d, lhsD)) continue;
      for (int64_t h = 0; h < tile.count[2]; h++) {
        if (!offset(1, h, lhsH)) continue;
        for (int64_t w = 0; w < tile.count[3]; w++) {
          if (!offset(2, w, lhsW)) continue;
          const int64_t position = ((tile.start[1] + d) * plan.axes[1].output + tile.start[2] + h) * plan.axes[2].output + tile.start[3] + w;
          for (int64_t i = 0; i < images; i++) {
            const int64_t m = (tile.start[0] + n + i) * plan.positions + position;
            rows[count++] = {lhsN + i * plan.boxStrides[kAxisN] + lhsD + lhsH + lhsW, (m - base) * rowStep, images};
          }
        }
      }
    }
  }
  if (plan.sliced) return count;
  // Elsewhere strips are as even as they can be, wherever they start.
  if (count == 0) return 0;
  const Strips strips(count);
  for (int64_t s = 0; s < strips.count; s++) rows[strips.start(s)].strip = strips.height(s);
  return count;
}

/** Length of the runs of a chunk, and what one step is in the box. */
KERNEL_INLINE int64_t runLength(const ConvPlan& plan, const ConvChunk& chunk) {
  if (plan.merged) return chunk.count[2] * plan.args->channels;
  return plan.runAlongChannels ? chunk.count[3] : chunk.count[2];
}
KERNEL_INLINE int64_t runStep(const ConvPlan& plan) {
  return plan.runAlongChannels ? plan.boxStrides[kAxisC] : plan.axes[2].rhsDilation * plan.boxStrides[kAxisW];
}

/**
 * The taps of a chunk that the phase meets. `lhs` is relative to the box; `rhs` is where the run starts in a packed panel (or feature),
 * and `source` where in the argument.
 */
inline int64_t listTaps(const ConvPlan& plan, const ConvTile& tile, const ConvBox& box, const ConvChunk& chunk, const int64_t* phase, Tap* taps,
                        int64_t* source) {
  const ConvArgs& c = *plan.args;
  // Offset in the box of tap w along axis a from the first row of the tile; false where the phase skips it.
  const auto offset = [&](int a, int64_t w, int64_t& lhs) {
    const ConvAxis& axis = plan.axes[a];
    const int64_t at = phase[a] + w * axis.rhsDilation;
    if (axis.lhsDilation != 1 && at % axis.lhsDilation != 0) return false;
    const int64_t first = floorDiv(dilatedStart(axis, tile.start[1 + a]), axis.lhsDilation);
    lhs = (first + at / axis.lhsDilation - box.start[kAxisD + a]) * plan.boxStrides[kAxisD + a];
    return true;
  };
  const bool wholeWidth = plan.merged || !plan.runAlongChannels;
  const int64_t widths = wholeWidth ? 1 : chunk.count[2], channels = plan.runAlongChannels ? 1 : chunk.count[3];
  int64_t count = 0;
  for (int64_t k = 0; k < channels; k++) {
    const int64_t channel = chunk.start[3] + k;
    const int64_t lhsC = (channel - box.start[kAxisC]) * plan.boxStrides[kAxisC];
    for (int64_t d = chunk.start[0]; d < chunk.start[0] + chunk.count[0]; d++) {
      int64_t lhsD, lhsH, lhsW;
      if (!offset(0, d, lhsD)) continue;
      for (int64_t h = chunk.start[1]; h < chunk.start[1] + chunk.count[1]; h++) {
        if (!offset(1, h, lhsH)) continue;
        for (int64_t w = chunk.start[2]; w < chunk.start[2] + widths; w++) {
          if (!offset(2, w, lhsW)) continue;
          const ConvAxis* axes = plan.axes;
          const int64_t first = plan.runAlongChannels ? ((d * axes[1].window + h) * axes[2].window + w) * c.channels + channel
                                                      : ((channel * axes[0].window + d) * axes[1].window + h) * axes[2].window + w;
          taps[count] = {lhsC + lhsD + lhsH + lhsW, first * (plan.rhsMode == RhsMode::Dot ? 1 : kTileCols)};
          source[count++] = channel * c.rhsChannel + d * axes[0].rhs + h * axes[1].rhs + w * axes[2].rhs;
        }
      }
    }
  }
  return count;
}

/** What the micro-kernels of a task work on. */
struct ConvWork {
  const ConvPlan* plan;
  const ConvTile* tile;
  const float* box;
  float* out;
  float* packed;
  bool direct;
};
