// Small things that several kernels need.

/** On the calling thread where there is one task or one thread. */
inline void runTasks(const Context& context, int64_t tasks, void (*fn)(void* arg, int task, int worker), void* arg) {
  if (tasks <= 1 || context.parallel.threads <= 1) {
    for (int64_t task = 0; task < tasks; task++) fn(arg, int(task), 0);
  } else {
    context.parallel.run(context.parallel.ctx, int(tasks), fn, arg);
  }
}

/** Zeroes a strided array. */
template <typename T>
inline void zeroStrided(T* out, int rank, const int64_t* shape, const int64_t* strides) {
  int64_t size = 1;
  for (int axis = 0; axis < rank; axis++) size *= shape[axis];
  for (int64_t i = 0; i < size; i++) {
    int64_t rest = i, at = 0;
    for (int axis = rank - 1; axis >= 0; axis--) {
      at += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    out[at] = T(0);
  }
}
