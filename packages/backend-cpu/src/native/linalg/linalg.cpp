#include "linalg/linalg.h"

#include <algorithm>
#include <cstring>

#include "linalg/bidiagonal.h"
#include "linalg/reflectors.h"

namespace neurite {

int inputsOf(LinalgOp op) { return op == LinalgOp::TriangularSolve ? 2 : 1; }

int outputsOf(LinalgOp op) {
  switch (op) {
    case LinalgOp::Cholesky:
    case LinalgOp::TriangularSolve:
      return 1;
    case LinalgOp::Lu:
    case LinalgOp::Svd:
      return 3;
    default:
      return 2;
  }
}

OutputShape outputShape(const LinalgArgs& args, int index) {
  const int64_t m = args.m, n = args.n, k = std::min(m, n);
  switch (args.op) {
    case LinalgOp::Cholesky:
      return {n, n, args.dtype};
    case LinalgOp::TriangularSolve:
      return {n, args.columns, args.dtype};
    case LinalgOp::Lu:
      if (index == 0) return {m, n, args.dtype};
      return {index == 1 ? k : m, 1, DType::Int32, true};
    case LinalgOp::Qr: {
      const int64_t rank = args.full ? m : k;
      return index == 0 ? OutputShape{m, rank, args.dtype} : OutputShape{rank, n, args.dtype};
    }
    case LinalgOp::Svd:
      if (index == 1) return {k, 1, args.dtype, true};
      return index == 0 ? OutputShape{m, args.full ? m : k, args.dtype} : OutputShape{args.full ? n : k, n, args.dtype};
    case LinalgOp::Eigh:
      return {n, index == 0 ? 1 : n, args.dtype, index == 0};
    case LinalgOp::Eig:
      return {n, index == 0 ? 1 : n, DType::Complex64, index == 0};
  }
  return {0, 0, args.dtype};
}

namespace {

constexpr int64_t kRound = 8;

int64_t rounded(int64_t count) { return (count + kRound - 1) / kRound * kRound; }

/** Doubles that a factorization of one matrix takes besides its operands. */
int64_t workOf(const LinalgArgs& args) {
  const int64_t long_ = std::max(args.m, args.n), short_ = std::min(args.m, args.n);
  // Blocks of reflectors, twice: to find them and to form Q.
  const int64_t columns = args.full ? long_ : short_;
  const int64_t reflectors = 2 * (std::min(kReflectors, short_) * long_ + kReflectors * kReflectors) + 2 * kReflectors * (args.n + std::max(columns, args.n)) + 2 * short_ + 256;
  switch (args.op) {
    case LinalgOp::Qr:
      return reflectors;
    case LinalgOp::Svd:
      // Of the transpose, where that is the taller one.
      return 2 * reflectors + bidiagonalWork(short_) + long_ * short_ + 2 * long_ * columns + 5 * short_ * short_ + 8 * (short_ + 8);
    case LinalgOp::Eigh:
    case LinalgOp::Eig:
      return args.n * args.n + 16 * args.n + reflectors;
    default:
      return 0;
  }
}

/** Doubles of a whole task: operands, results, work. */
int64_t taskDoubles(const LinalgArgs& args, const Blas& blas) {
  int64_t count = rounded(args.m * args.n) + rounded(args.n * args.columns) + rounded(blas.gemmScratch) + rounded(workOf(args)) + 64;
  for (int i = 0; i < outputsOf(args.op); i++) {
    const OutputShape shape = outputShape(args, i);
    count += rounded(shape.rows * shape.columns * (shape.dtype == DType::Complex64 ? 2 : 1));
  }
  return count;
}

struct Tasks {
  const Context& context;
  const Blas& blas;
  const LinalgArgs& args;
  int64_t parts, doubles;
};

/** One matrix, or a part of the columns of a right side. */
class Task {
 public:
  Task(const Tasks& tasks, int64_t batch, double* memory) : args_(tasks.args), batch_(batch), work_(tasks.blas, memory) {}

  void run(int64_t part, int64_t parts) {
    const int64_t m = args_.m, n = args_.n;
    double* a = load(0, m, 0, n);
    switch (args_.op) {
      case LinalgOp::Cholesky:
        cholesky(work_, a, n);
        store(0, a);
        return;
      case LinalgOp::TriangularSolve: {
        const int64_t from = args_.columns * part / parts, columns = args_.columns * (part + 1) / parts - from;
        double* b = load(1, n, from, columns);
        const MatrixView view = args_.transpose ? MatrixView{a, 1, n} : MatrixView{a, n, 1};
        triangularSolve(work_, view, n, args_.lower != args_.transpose, args_.unitDiagonal, b, columns, columns);
        storeColumns(0, b, n, from, columns);
        return;
      }
      case LinalgOp::Lu: {
        int32_t* pivots = reinterpret_cast<int32_t*>(work_.take(std::min(m, n)));
        int32_t* permutation = reinterpret_cast<int32_t*>(work_.take(m));
        lu(work_, a, m, n, pivots, permutation);
        store(0, a);
        storeIndices(1, pivots, std::min(m, n));
        storeIndices(2, permutation, m);
        return;
      }
      case LinalgOp::Qr:
        return factorQr(a);
      case LinalgOp::Svd: {
        double* results[3];
        take(results);
        svd(work_, a, m, n, args_.full, results[0], results[1], results[2]);
        for (int i = 0; i < 3; i++) store(i, results[i]);
        return;
      }
      case LinalgOp::Eigh: {
        double* results[3];
        take(results);
        eigh(work_, a, n, results[0], results[1]);
        store(0, results[0]);
        // Vectors are rows here, columns outside.
        storeStrided(1, results[1], n, n, 1, n);
        return;
      }
      case LinalgOp::Eig: {
        double* results[3];
        take(results);
        eig(work_, a, n, results[0], results[1]);
        store(0, results[0]);
        store(1, results[1]);
        return;
      }
    }
  }

 private:
  const LinalgArgs& args_;
  int64_t batch_;
  Work work_;

  void take(double** results) {
    for (int i = 0; i < outputsOf(args_.op); i++) {
      const OutputShape shape = outputShape(args_, i);
      results[i] = work_.take(shape.rows * shape.columns * (shape.dtype == DType::Complex64 ? 2 : 1));
    }
  }

  void factorQr(double* a) {
    const int64_t m = args_.m, n = args_.n, count = std::min(m, n), rank = args_.full ? m : count;
    double* results[3];
    take(results);
    double* tau = work_.take(count);
    qrFactor(work_, a, m, n, tau);
    qrForm(work_, {a, n, 1}, m, count, tau, results[0], rank);
    for (int64_t i = 0; i < rank; i++) {
      for (int64_t j = 0; j < n; j++) results[1][i * n + j] = j >= i ? a[i * n + j] : 0;
    }
    store(0, results[0]);
    store(1, results[1]);
  }

  /** Columns `from` to `from + columns` of an operand. */
  double* load(int index, int64_t rows, int64_t from, int64_t columns) {
    double* to = work_.take(rows * columns);
    if (args_.dtype == DType::Float64) copyIn<double>(index, rows, from, columns, to);
    else copyIn<float>(index, rows, from, columns, to);
    return to;
  }

  template <class T>
  void copyIn(int index, int64_t rows, int64_t from, int64_t columns, double* to) const {
    const LinalgOperand& x = args_.inputs[index];
    const T* data = static_cast<const T*>(x.data) + batch_ * x.strides[0] + from * x.strides[2];
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t j = 0; j < columns; j++) to[i * columns + j] = static_cast<double>(data[i * x.strides[1] + j * x.strides[2]]);
    }
  }

  void store(int index, const double* from) const {
    const OutputShape shape = outputShape(args_, index);
    if (shape.dtype == DType::Complex64) return storeComplex(index, from, shape.rows, shape.columns);
    storeStrided(index, from, shape.rows, shape.columns, shape.columns, 1);
  }

  /** Element (i, j) comes from from[i * row + j * column]. */
  void storeStrided(int index, const double* from, int64_t rows, int64_t columns, int64_t row, int64_t column) const {
    if (args_.dtype == DType::Float64) copyOut<double>(index, from, rows, 0, columns, row, column);
    else copyOut<float>(index, from, rows, 0, columns, row, column);
  }

  void storeColumns(int index, const double* from, int64_t rows, int64_t first, int64_t columns) const {
    if (args_.dtype == DType::Float64) copyOut<double>(index, from, rows, first, columns, columns, 1);
    else copyOut<float>(index, from, rows, first, columns, columns, 1);
  }

  template <class T>
  void copyOut(int index, const double* from, int64_t rows, int64_t first, int64_t columns, int64_t row, int64_t column) const {
    const LinalgOperand& out = args_.outputs[index];
    T* to = static_cast<T*>(out.data) + batch_ * out.strides[0] + first * out.strides[2];
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t j = 0; j < columns; j++) to[i * out.strides[1] + j * out.strides[2]] = static_cast<T>(from[i * row + j * column]);
    }
  }

  void storeComplex(int index, const double* from, int64_t rows, int64_t columns) const {
    const LinalgOperand& out = args_.outputs[index];
    float* to = static_cast<float*>(out.data) + 2 * batch_ * out.strides[0];
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t j = 0; j < columns; j++) {
        float* element = to + 2 * (i * out.strides[1] + j * out.strides[2]);
        element[0] = static_cast<float>(from[2 * (i * columns + j)]);
        element[1] = static_cast<float>(from[2 * (i * columns + j) + 1]);
      }
    }
  }

  void storeIndices(int index, const int32_t* from, int64_t count) const {
    const LinalgOperand& out = args_.outputs[index];
    int32_t* to = static_cast<int32_t*>(out.data) + batch_ * out.strides[0];
    for (int64_t i = 0; i < count; i++) to[i * out.strides[1]] = from[i];
  }
};

void runTask(void* argument, int task, int worker) {
  const Tasks& tasks = *static_cast<const Tasks*>(argument);
  const Scratch& scratch = tasks.context.scratch;
  double* memory = static_cast<double*>(scratch.get(scratch.ctx, worker, static_cast<size_t>(tasks.doubles) * sizeof(double)));
  Task(tasks, task / tasks.parts, memory).run(task % tasks.parts, tasks.parts);
}

}  // namespace

void linalg(const Context& context, const Blas& blas, const LinalgArgs& args) {
  Tasks tasks = {context, blas, args, 1, taskDoubles(args, blas)};
  if (args.op == LinalgOp::TriangularSolve && args.batch < context.parallel.threads) {
    // Columns of the right side are independent of each other.
    const int64_t wanted = (context.parallel.threads + args.batch - 1) / std::max<int64_t>(args.batch, 1);
    tasks.parts = std::clamp<int64_t>(args.columns / 32, 1, wanted);
  }
  if (!context.scratch.reserve(context.scratch.ctx, static_cast<size_t>(tasks.doubles) * sizeof(double), 0)) return;
  const int64_t count = args.batch * tasks.parts;
  const double work = static_cast<double>(args.m) * static_cast<double>(args.n) * static_cast<double>(std::min(args.m, args.n) + args.columns);
  if (count <= 1 || context.parallel.threads <= 1 || work * static_cast<double>(count) < 1e5) {
    for (int64_t task = 0; task < count; task++) runTask(&tasks, static_cast<int>(task), 0);
  } else {
    context.parallel.run(context.parallel.ctx, static_cast<int>(count), runTask, &tasks);
  }
}

}  // namespace neurite
