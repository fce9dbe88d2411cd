// Sums that several tasks had a part in: each part is a matrix of its own, and they are added in their order.

struct PartialSums {
  const Epilogue* epilogue;
  /** [part][group][row][step], of which `cols` columns count. */
  float* sums;
  int64_t parts, groups, rows, cols, step;
};

constexpr int64_t kSumRows = 16;

inline int64_t partialFloats(const PartialSums& p) { return p.parts * p.groups * p.rows * p.step; }

/** Adds the parts of some rows of a group, and delivers them. */
inline void addPartsTask(void* arg, int task, int worker) {
  const PartialSums& p = *static_cast<const PartialSums*>(arg);
  const Epilogue& e = *p.epilogue;
  const int64_t blocks = ceilDiv(p.rows, kSumRows), group = task / blocks, m0 = task % blocks * kSumRows;
  const int64_t rows = minOf(kSumRows, p.rows - m0), partSize = p.groups * p.rows * p.step;
  float* sums = p.sums + (group * p.rows + m0) * p.step;
  const bool direct = storesDirectly(e), biased = e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu;
  const float* bias = direct && biased ? static_cast<const float*>(e.bias) : nullptr;
  BatchOffsets offsets = {};
  if (e.kind != EpilogueKind::Callback) offsets.out = group * e.outBatch[0];
  if (e.kind == EpilogueKind::AddScaled) offsets.addend = group * e.addendBatch[0];
  for (int64_t r = 0; r < rows; r++) {
    float* row = sums + r * p.step;
    float* out = direct ? static_cast<float*>(e.out) + offsets.out + (m0 + r) * e.outRow : row;
    for (int64_t j = 0; j < p.cols; j += kLanes) {
      const int64_t lanes = minOf<int64_t>(kLanes, p.cols - j);
      Vec sum = load(row + j);
      for (int64_t part = 1; part < p.parts; part++) sum += load(row + part * partSize + j);
      if (bias) sum += loadPartial(bias + j, lanes);
      if (direct && e.kind == EpilogueKind::BiasRelu) sum = relu(sum);
      storePartial(out + j, sum, lanes);
    }
  }
  if (!direct) deliverTile<float>(e, sums, p.step, group, offsets, m0, 0, rows, p.cols, worker);
}

inline void addParts(const Context& context, PartialSums& p) { runTasks(context, p.groups * ceilDiv(p.rows, kSumRows), addPartsTask, &p); }
