// Rows by index: gather copies them out, scatter combines them in.

/** The bits of an element, whatever its dtype: T is an unsigned integer of its width. */
template <typename T>
inline void gatherRow(const GatherArgs& g, int64_t outer, int64_t i) {
  const int32_t index = g.indices[i * g.indicesStride];
  const bool inside = index >= 0 && index < g.size;
  if (!inside) __atomic_store_n(g.status, g.statusValue, __ATOMIC_RELAXED);
  const T* from = static_cast<const T*>(g.x) + outer * g.xOuter + (inside ? index : 0) * g.xSize;
  T* to = static_cast<T*>(g.out) + outer * g.outOuter + i * g.outCount;
  if (g.inner == 1) {
    *to = inside ? *from : T(0);
  } else if (inside && g.outInner == 1 && g.xInner == 1) {
    if (g.inner >= 64 / int64_t(sizeof(T)))
      __builtin_memcpy(to, from, size_t(g.inner) * sizeof(T));
    else
      for (int64_t b = 0; b < g.inner; b++) to[b] = from[b];
  } else {
    for (int64_t b = 0; b < g.inner; b++) to[b * g.outInner] = inside ? from[b * g.xInner] : T(0);
  }
}

struct GatherTasks {
  const GatherArgs* args;
  int64_t rowsPerTask;
};

template <typename T>
void gatherTask(void* arg, int task, int) {
  const GatherTasks& tasks = *static_cast<const GatherTasks*>(arg);
  const GatherArgs& g = *tasks.args;
  const int64_t begin = task * tasks.rowsPerTask, end = minOf(begin + tasks.rowsPerTask, g.outer * g.count);
  int64_t outer = begin / g.count, i = begin % g.count;
  for (int64_t row = begin; row < end; row++) {
    gatherRow<T>(g, outer, i);
    if (++i == g.count) i = 0, outer++;
  }
}

inline bool gather(const Context& context, const GatherArgs& g) {
  const int64_t rows = g.outer * g.count;
  if (rows == 0 || g.inner == 0) return true;
  // 64 KiB a task: far more than waking a thread costs.
  const int64_t bytes = bytesOf(g.dtype);
  GatherTasks tasks = {&g, maxOf<int64_t>(1, (1 << 16) / (g.inner * bytes + 8))};
  const auto fn = bytes == 1 ? gatherTask<uint8_t> : bytes == 2 ? gatherTask<uint16_t> : bytes == 4 ? gatherTask<uint32_t> : gatherTask<uint64_t>;
  runTasks(context, ceilDiv(rows, tasks.rowsPerTask), fn, &tasks);
  return true;
}

template <typename T>
KERNEL_INLINE T combine(ScatterOp op, T a, T b) {
  switch (op) {
    case ScatterOp::Set: return b;
    case ScatterOp::Add: return addWrap(a, b);
    case ScatterOp::Mul: return mulWrap(a, b);
    default: break;
  }
  if constexpr (__is_same(T, ComplexPair)) return b;
  else return op == ScatterOp::Max ? maxNaN(a, b) : minNaN(a, b);
}

struct ScatterTasks {
  const ScatterArgs* args;
  /** Tasks divide the outer axis, then the inner one: two updates of one element always meet in one task, in order. */
  int64_t innerTasks;
};

template <typename T, ScatterOp op>
void scatterTask(void* arg, int task, int) {
  const ScatterTasks& tasks = *static_cast<const ScatterTasks*>(arg);
  const ScatterArgs& s = *tasks.args;
  const int64_t outer = task / tasks.innerTasks, part = task % tasks.innerTasks;
  const int64_t begin = s.inner * part / tasks.innerTasks, width = s.inner * (part + 1) / tasks.innerTasks - begin;
  T* out = static_cast<T*>(s.out) + outer * s.outOuter + begin * s.outInner;
  const T* updates = static_cast<const T*>(s.updates) + outer * s.updatesOuter + begin * s.updatesInner;
  for (int64_t i = 0; i < s.count; i++) {
    T* to = out + s.indices[i * s.indicesStride] * s.outSize;
    const T* from = updates + i * s.updatesCount;
    if (s.outInner == 1 && s.updatesInner == 1)
      for (int64_t b = 0; b < width; b++) to[b] = combine<T>(op, to[b], from[b]);
    else
      for (int64_t b = 0; b < width; b++) to[b * s.outInner] = combine<T>(op, to[b * s.outInner], from[b * s.updatesInner]);
  }
}

template <typename T>
inline void scatterOf(const Context& context, const ScatterArgs& s, ScatterTasks& tasks) {
  const int64_t count = s.outer * tasks.innerTasks;
  switch (s.op) {
    case ScatterOp::Set: runTasks(context, count, scatterTask<T, ScatterOp::Set>, &tasks); break;
    case ScatterOp::Add: runTasks(context, count, scatterTask<T, ScatterOp::Add>, &tasks); break;
    case ScatterOp::Mul: runTasks(context, count, scatterTask<T, ScatterOp::Mul>, &tasks); break;
    case ScatterOp::Max: runTasks(context, count, scatterTask<T, ScatterOp::Max>, &tasks); break;
    case ScatterOp::Min: runTasks(context, count, scatterTask<T, ScatterOp::Min>, &tasks); break;
  }
}

inline bool scatter(const Context& context, const ScatterArgs& args) {
  if (args.outer == 0 || args.inner == 0 || args.count == 0) return true;
  // All indices before the first update: a run that complains has changed nothing.
  for (int64_t i = 0; i < args.count; i++) {
    const int32_t index = args.indices[i * args.indicesStride];
    if (index >= 0 && index < args.size) continue;
    __atomic_store_n(args.status, args.statusValue, __ATOMIC_RELAXED);
    return true;
  }
  ScatterArgs s = args;
  ScatterTasks tasks = {&s, 1};
  // Whole cache lines of the inner axis each, where there is too little outer axis to share.
  const int64_t threads = context.parallel.threads;
  if (s.outer < threads && s.inner * s.count > (1 << 15)) tasks.innerTasks = minOf(threads, ceilDiv(s.inner * bytesOf(s.dtype), 64));
  if (s.op == ScatterOp::Set) {
    // Only moves bits: any type of the width will do.
    const int64_t bytes = bytesOf(s.dtype);
    const auto fn = bytes == 1   ? scatterTask<uint8_t, ScatterOp::Set>
                    : bytes == 2 ? scatterTask<uint16_t, ScatterOp::Set>
                    : bytes == 4 ? scatterTask<uint32_t, ScatterOp::Set>
                                 : scatterTask<uint64_t, ScatterOp::Set>;
    runTasks(context, s.outer * tasks.innerTasks, fn, &tasks);
    return true;
  }
  if (s.dtype == DType::Bool) s.op = s.op == ScatterOp::Add ? ScatterOp::Max : s.op == ScatterOp::Mul ? ScatterOp::Min : s.op;
  if (s.dtype == DType::Complex64) {
    scatterOf<ComplexPair>(context, s, tasks);
    return true;
  }
  return visitNumber(s.dtype, [&](auto zero) { scatterOf<decltype(zero)>(context, s, tasks); });
}
