// Convolutions that are products of matrices as they lie: windows of one element, as pointwise convolutions have them, and the gradients of these.

/** Axes of an operand as one. */
struct Flattened {
  int64_t step = 0, size = 1;
  bool is = true;

  /** One more axis outside of those there are. */
  void add(int64_t stride, int64_t count) {
    if (count == 1) return;
    if (size == 1) step = stride;
    is = is && stride == step * size;
    size *= count;
  }
};

/** Whether windows meet the elements of an axis one by one: nothing is padded, skipped or inserted. */
inline bool meetsOnce(const ConvArgs& c, int axis) {
  return c.low[axis] == 0 && c.lhsDilation[axis] == 1 && c.output[axis] + c.window[axis] - 1 == c.input[axis] &&
         (c.window[axis] == 1 ? c.strides[axis] == 1 : c.rhsDilation[axis] == 1);
}

/** True, and the product in `g`, where a convolution is one. */
inline bool asProduct(const ConvArgs& c, GemmArgs& g) {
  if (c.groupsAt != ConvGroups::First || c.groups * c.batch * c.channels * c.features == 0) return false;
  // Of the rows, and of K on either side: from the innermost axis out.
  Flattened rows, lhs, rhs;
  bool one = true, whole = true;
  for (int axis = 0; axis < c.spatial; axis++) {
    if (!meetsOnce(c, axis)) return false;
    one = one && c.window[axis] == 1;
    whole = whole && c.output[axis] == 1;
  }
  if (!one && !whole) return false;
  const auto addChannels = [&] {
    lhs.add(c.lhsChannel, c.channels);
    rhs.add(c.rhsChannel, c.channels);
  };
  // Of a weight gradient they are the samples, and lie outside of the window.
  const bool channelsInside = c.lhsChannel <= c.lhsSpatial[c.spatial - 1];
  if (channelsInside) addChannels();
  for (int axis = c.spatial - 1; axis >= 0; axis--) {
    rows.add(c.lhsSpatial[axis], c.output[axis]);
    lhs.add(c.lhsSpatial[axis], c.window[axis]);
    rhs.add(c.rhsWindow[axis], c.window[axis]);
  }
  rows.add(c.lhsBatch, c.batch);
  if (!channelsInside) addChannels();
  if (!rows.is || !lhs.is || !rhs.is) return false;
  g = {};
  g.batchRank = c.groups > 1;
  g.batch[0] = c.groups;
  g.m = rows.size, g.n = c.features, g.k = lhs.size;
  g.lhs = c.lhs, g.lhsBatch[0] = c.lhsGroup, g.lhsRow = rows.step, g.lhsCol = lhs.step;
  g.rhs = c.rhs, g.rhsBatch[0] = c.rhsGroup, g.rhsRow = rhs.step, g.rhsCol = c.rhsFeature;
  g.packed = c.packed;
  g.epilogue = c.epilogue;
  return true;
}
