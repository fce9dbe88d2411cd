#include "fft/fft.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace neurite {

namespace {

constexpr int kRadices[] = {4, 2, 3, 5, 7, 11, 13};

/** e^(-2πi numerator / denominator). Angles are reduced to an eighth of a turn, where sine and cosine are most accurate. */
void unitRoot(int64_t numerator, int64_t denominator, double* out) {
  const int64_t quarter = (8 * numerator / denominator + 1) / 2;
  const double angle = 2 * M_PI * (static_cast<double>(4 * numerator - quarter * denominator) / (4.0 * static_cast<double>(denominator)));
  const double c = std::cos(angle), s = std::sin(angle);
  const double re[] = {c, -s, -c, s}, im[] = {s, c, -s, -c};
  out[0] = re[quarter & 3];
  out[1] = -im[quarter & 3];
}

/** Transforms in place, by way of `other` of the same size; gives the one of the two that holds the result. */
double* transform(const FftSteps& steps, const FftPlan& plan, int variant, double* x, double* other) {
  int64_t left = plan.size, stride = 1;
  for (int radix : plan.radices) {
    steps.step[variant](radix, left, stride, plan.size, plan.roots.get(), x, other);
    std::swap(x, other);
    left /= radix;
    stride *= radix;
  }
  return x;
}

/** Complex numbers, all zero; null when there is no memory for them. */
std::unique_ptr<double[]> makeTable(int64_t count) { return std::unique_ptr<double[]>(new (std::nothrow) double[static_cast<size_t>(2 * count)]()); }

/** False: no memory. */
bool makeBluestein(FftPlan& plan, const FftSteps& steps) {
  const int64_t n = plan.size;
  int64_t size = 1;
  while (size < 2 * n - 1) size *= 2;
  plan.inner = makeFftPlan(size, steps);
  plan.chirp = makeTable(n);
  plan.filter = makeTable(size);
  std::unique_ptr<double[]> other = makeTable(size);
  if (!plan.inner || !plan.chirp || !plan.filter || !other) return false;
  for (int64_t k = 0; k < n; k++) {
    // k^2 modulo 2n, without leaving 64 bits.
    const auto square = static_cast<unsigned __int128>(k) * static_cast<unsigned __int128>(k);
    unitRoot(static_cast<int64_t>(square % static_cast<unsigned __int128>(2 * n)), 2 * n, &plan.chirp[2 * k]);
    for (int64_t at : {k, k == 0 ? 0 : size - k}) {
      plan.filter[2 * at] = plan.chirp[2 * k];
      plan.filter[2 * at + 1] = -plan.chirp[2 * k + 1];
    }
  }
  if (transform(steps, *plan.inner, 1, plan.filter.get(), other.get()) == other.get()) plan.filter.swap(other);
  return true;
}

struct Tasks {
  const Context& context;
  const FftSteps& steps;
  const FftPlan& plan;
  const FftArgs& args;
  /** Index of the steps' functions; lines and doubles of a task. */
  int variant;
  int64_t lines, doubles;
};

int64_t elementsOf(const FftPlan& plan) { return plan.inner ? plan.inner->size : plan.size; }

/** The convolution with the filter of `plan`, whose operand has been multiplied by the chirp. */
double* convolve(const Tasks& tasks, double* x, double* other) {
  const FftPlan& inner = *tasks.plan.inner;
  const int64_t lines = tasks.lines, size = inner.size;
  double* y = transform(tasks.steps, inner, tasks.variant, x, other);
  tasks.steps.multiply[tasks.variant](y, tasks.plan.filter.get(), size);
  // The inverse transform: with real and imaginary parts exchanged, before and after.
  const auto exchange = [&](double* z) {
    for (int64_t e = 0; e < size; e++) std::swap_ranges(z + e * 2 * lines, z + e * 2 * lines + lines, z + e * 2 * lines + lines);
  };
  exchange(y);
  double* z = transform(tasks.steps, inner, tasks.variant, y, y == x ? other : x);
  exchange(z);
  return z;
}

void runTask(void* argument, int task, int worker) {
  const Tasks& tasks = *static_cast<const Tasks*>(argument);
  const FftArgs& args = tasks.args;
  const FftPlan& plan = tasks.plan;
  const int64_t lines = tasks.lines, first = task * lines, count = std::min(lines, args.outer * args.inner - first);
  const Scratch& scratch = tasks.context.scratch;
  double* x = static_cast<double*>(scratch.get(scratch.ctx, worker, static_cast<size_t>(tasks.doubles) * sizeof(double)));
  const int64_t elements = elementsOf(plan);
  double* other = x + elements * 2 * lines;
  // The inverse is the transform with real and imaginary parts exchanged.
  const int64_t re = args.inverse ? lines : 0, im = lines - re;
  std::fill_n(x, elements * 2 * lines, 0.0);
  for (int64_t lane = 0; lane < count; lane++) {
    const int64_t line = first + lane;
    const float* from = args.x + 2 * (line / args.inner * args.xStrides[0] + line % args.inner * args.xStrides[2]);
    for (int64_t k = 0; k < args.size; k++) {
      x[k * 2 * lines + re + lane] = from[2 * k * args.xStrides[1]];
      x[k * 2 * lines + im + lane] = from[2 * k * args.xStrides[1] + 1];
    }
  }
  double* y;
  double scale = args.inverse ? 1.0 / static_cast<double>(args.size) : 1.0;
  if (plan.inner) {
    tasks.steps.multiply[tasks.variant](x, plan.chirp.get(), args.size);
    y = convolve(tasks, x, other);
    tasks.steps.multiply[tasks.variant](y, plan.chirp.get(), args.size);
    scale /= static_cast<double>(plan.inner->size);
  } else {
    y = transform(tasks.steps, plan, tasks.variant, x, other);
  }
  for (int64_t lane = 0; lane < count; lane++) {
    const int64_t line = first + lane;
    float* to = args.out + 2 * (line / args.inner * args.outStrides[0] + line % args.inner * args.outStrides[2]);
    for (int64_t k = 0; k < args.size; k++) {
      to[2 * k * args.outStrides[1]] = static_cast<float>(y[k * 2 * lines + re + lane] * scale);
      to[2 * k * args.outStrides[1] + 1] = static_cast<float>(y[k * 2 * lines + im + lane] * scale);
    }
  }
}

}  // namespace

std::unique_ptr<FftPlan> makeFftPlan(int64_t size, const FftSteps& steps) {
  auto plan = std::make_unique<FftPlan>();
  plan->size = size;
  int64_t left = size;
  for (int radix : kRadices) {
    for (; left > 1 && left % radix == 0; left /= radix) plan->radices.push_back(radix);
  }
  if (left > 1) {
    plan->radices.clear();
    return makeBluestein(*plan, steps) ? std::move(plan) : nullptr;
  }
  plan->roots = makeTable(std::max<int64_t>(size, 1));
  if (!plan->roots) return nullptr;
  for (int64_t k = 0; k < size; k++) unitRoot(k, size, &plan->roots[2 * k]);
  return plan;
}

void fft(const Context& context, const FftSteps& steps, const FftPlan& plan, const FftArgs& args) {
  const int64_t lines = args.outer * args.inner;
  if (lines == 0 || args.size == 0) return;
  const int variant = lines >= 3 ? 0 : 1;
  Tasks tasks = {context, steps, plan, args, variant, variant == 0 ? kFftLines : 1, 0};
  tasks.doubles = 4 * tasks.lines * elementsOf(plan);
  if (!context.scratch.reserve(context.scratch.ctx, static_cast<size_t>(tasks.doubles) * sizeof(double), 0)) return;
  const int64_t count = (lines + tasks.lines - 1) / tasks.lines;
  if (count == 1 || context.parallel.threads == 1 || lines * args.size < 1 << 13) {
    for (int64_t task = 0; task < count; task++) runTask(&tasks, static_cast<int>(task), 0);
  } else {
    context.parallel.run(context.parallel.ctx, static_cast<int>(count), runTask, &tasks);
  }
}

}  // namespace neurite
