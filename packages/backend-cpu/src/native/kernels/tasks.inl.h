// Small things that several kernels need.

/** On the calling thread where there is one task or one thread. */
inline void runTasks(const Context& context, int64_t tasks, void (*fn)(void* arg, int task, int worker), void* arg) {
  if (tasks <= 1 || context.parallel.threads <= 1) {
    for (int64_t task = 0; task < tasks; task++) fn(arg, int(task), 0);
  } else {
    context.parallel.run(context.parallel.ctx, int(tasks), fn, arg);
  }
}

/** Scratch memory of a worker, for `count` elements. */
template <typename T>
KERNEL_INLINE T* scratchOf(const Context& context, int worker, int64_t count) {
  return static_cast<T*>(context.scratch.get(context.scratch.ctx, worker, size_t(count) * sizeof(T)));
}

/** Asks for `each` elements a worker and `shared` for all together. False: the kernel must return at once. */
template <typename T>
KERNEL_INLINE bool reserve(const Context& context, int64_t each, int64_t shared = 0) {
  return context.scratch.reserve(context.scratch.ctx, size_t(each) * sizeof(T), size_t(shared) * sizeof(T));
}

/** Where a packed operand is, or goes; null where there is no place for one. */
KERNEL_INLINE PackedOperand* placeOf(PackedOperand* packed) { return packed && packed->memory ? packed : nullptr; }

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
