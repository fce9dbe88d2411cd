// The index of the first extreme along an axis; NaN wins.

struct ArgReduceTasks {
  const ArgReduceArgs* args;
  /** The kept axes, and how many results a task has. */
  int rank;
  int64_t shape[kMaxRank], xStrides[kMaxRank], outStrides[kMaxRank];
  int64_t results, perTask;
};

template <typename T, bool Max>
void argReduceTask(void* arg, int task, int) {
  const ArgReduceTasks& tasks = *static_cast<const ArgReduceTasks*>(arg);
  const ArgReduceArgs& a = *tasks.args;
  const int64_t length = a.shape[a.axis], step = a.xStrides[a.axis];
  const int64_t begin = task * tasks.perTask, end = minOf(begin + tasks.perTask, tasks.results);
  for (int64_t result = begin; result < end; result++) {
    int64_t rest = result, out = 0;
    const T* x = static_cast<const T*>(a.x);
    for (int axis = tasks.rank - 1; axis >= 0; axis--) {
      const int64_t i = rest % tasks.shape[axis];
      rest /= tasks.shape[axis];
      x += i * tasks.xStrides[axis];
      out += i * tasks.outStrides[axis];
    }
    T best = x[0];
    int64_t at = 0;
    for (int64_t i = 1; i < length; i++)
      if (beats<Max, T>(x[i * step], best)) best = x[i * step], at = i;
    a.out[out] = int32_t(at);
  }
}

inline bool argReduce(const Context& context, const ArgReduceArgs& a) {
  ArgReduceTasks tasks = {};
  tasks.args = &a;
  tasks.results = 1;
  for (int axis = 0; axis < a.rank; axis++) {
    if (axis == a.axis) continue;
    tasks.shape[tasks.rank] = a.shape[axis];
    tasks.xStrides[tasks.rank] = a.xStrides[axis];
    tasks.outStrides[tasks.rank++] = a.outStrides[axis];
    tasks.results *= a.shape[axis];
  }
  if (a.shape[a.axis] == 0) tasks.results = 0;
  tasks.perTask = maxOf<int64_t>(1, (1 << 15) / (a.shape[a.axis] + 1));
  return visitNumber(a.dtype, [&](auto zero) {
    using T = decltype(zero);
    runTasks(context, ceilDiv(tasks.results, tasks.perTask), a.isMax ? argReduceTask<T, true> : argReduceTask<T, false>, &tasks);
  });
}
