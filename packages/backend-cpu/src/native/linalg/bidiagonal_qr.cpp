// Implicit QR steps on two diagonals, with a shift of zero where small singular values need it (Demmel and Kahan, "Accurate singular values of
// bidiagonal matrices", 1990). Rotations of vectors are kept and applied to a few columns at a time, many steps of them together.

#include <algorithm>
#include <cmath>

#include "linalg/bidiagonal.h"
#include "linalg/reflectors.h"

namespace neurite {

namespace {

constexpr double kUnit = 0x1p-53;
constexpr double kTolerance = 90 * kUnit;
/** Steps whose rotations are kept, and columns that they are then applied to together. */
constexpr int64_t kSteps = 32, kStrip = 32;

/** [cosine, sine; -sine, cosine] takes (f, g) to (length, 0). */
struct Rotation {
  double cosine, sine, length;
  Rotation(double f, double g) {
    if (g == 0) {
      cosine = 1, sine = 0, length = f;
    } else if (f == 0) {
      cosine = 0, sine = std::copysign(1.0, g), length = std::fabs(g);
    } else {
      const double square = f * f + g * g;
      const double size = square > 1e-280 && square < 1e280 ? std::sqrt(square) : std::hypot(f, g);
      cosine = std::fabs(f) / size;
      length = std::copysign(size, f);
      sine = g / length;
    }
  }
};

/** The rotations of the rows of a matrix, step for step. */
class Rotations {
 public:
  Rotations(Work& work, double* rows, int64_t n) : blas_(work.blas), rows_(rows), n_(n), cosines_(work.take(kSteps * n)), sines_(work.take(kSteps * n)) {}

  /** A step on the pairs of rows `first` to `first + count - 1`; `set` fills it. */
  void begin(int64_t first, int64_t count, bool up) {
    if (steps_ == kSteps) apply();
    step_[steps_++] = {first, count, up};
  }
  void set(int64_t pair, double cosine, double sine) {
    const int64_t at = (steps_ - 1) * n_ + pair - step_[steps_ - 1].first;
    cosines_[at] = cosine;
    sines_[at] = sine;
  }
  void apply() {
    for (int64_t column = 0; column < n_; column += kStrip) {
      const int64_t columns = std::min(kStrip, n_ - column);
      for (int64_t i = 0; i < steps_; i++) {
        const Step& step = step_[i];
        blas_.rotateRows(rows_ + step.first * n_ + column, n_, columns, cosines_ + i * n_, sines_ + i * n_, step.count, step.up);
      }
    }
    steps_ = 0;
  }

 private:
  struct Step {
    int64_t first, count;
    bool up;
  };
  const Blas& blas_;
  double* rows_;
  int64_t n_, steps_ = 0;
  double *cosines_, *sines_;
  Step step_[kSteps];
};

/** The smaller singular value of [f, g; 0, h]. */
double smallestOfTwo(double f, double g, double h) {
  const double least = std::fmin(std::fabs(f), std::fabs(h)), most = std::fmax(std::fabs(f), std::fabs(h)), beside = std::fabs(g);
  if (least == 0) return 0;
  const double sum = 1 + least / most, difference = (most - least) / most;
  if (beside < most) {
    const double square = (beside / most) * (beside / most);
    return least * 2 / (std::sqrt(sum * sum + square) + std::sqrt(difference * difference + square));
  }
  const double ratio = most / beside;
  if (ratio == 0) return least * most / beside;
  return 2 * ratio * (least / (std::sqrt(1 + sum * ratio * (sum * ratio)) + std::sqrt(1 + difference * ratio * (difference * ratio))));
}

/** Steps on rows `first` to `last`, of which no element beside the diagonal is 0. */
class Chase {
 public:
  Chase(Work& work, double* diagonal, double* off, double* ut, double* vt, int64_t n)
      : d_(diagonal), e_(off), left_(work, ut, n), right_(work, vt, n), n_(n) {}

  bool run() {
    // What smaller elements do to the smallest singular value is less than its own rounding.
    double smallest = std::fabs(d_[0]), reach = smallest;
    for (int64_t i = 1; i < n_ && smallest > 0; i++) {
      reach = std::fabs(d_[i]) * (reach / (reach + std::fabs(e_[i - 1])));
      smallest = std::fmin(smallest, reach);
    }
    threshold_ = std::fmax(kTolerance * smallest / std::sqrt(static_cast<double>(n_)), 1e-290);
    int64_t left = 30 * n_ * n_ + 100;
    for (int64_t last = n_ - 1; last > 0;) {
      largest_ = std::fabs(d_[last]);
      int64_t first = last;
      for (; first > 0 && std::fabs(e_[first - 1]) > threshold_; first--) {
        largest_ = std::fmax(largest_, std::fmax(std::fabs(d_[first - 1]), std::fabs(e_[first - 1])));
      }
      if (first > 0) e_[first - 1] = 0;
      if (first == last) {
        last--;
        continue;
      }
      if (first >= pastLast_ || last < pastFirst_ || pastLast_ < 0) up_ = std::fabs(d_[first]) < std::fabs(d_[last]);
      pastFirst_ = first;
      pastLast_ = last;
      if (converged(first, last)) continue;
      left -= last - first;
      if (left < 0) return false;
      const double shift = shiftOf(first, last);
      left_.begin(first, last - first, up_);
      right_.begin(first, last - first, up_);
      if (up_) shift == 0 ? plainUp(first, last) : shiftedUp(first, last, shift);
      else shift == 0 ? plainDown(first, last) : shiftedDown(first, last, shift);
      double& end = e_[up_ ? first : last - 1];
      if (std::fabs(end) <= threshold_) end = 0;
    }
    left_.apply();
    right_.apply();
    return true;
  }

 private:
  double *d_, *e_;
  Rotations left_, right_;
  int64_t n_, pastFirst_ = -1, pastLast_ = -1;
  bool up_ = false;
  double threshold_ = 0, largest_ = 0, smallest_ = 0;

  /** True where an element was small enough to become 0. Finds the smallest singular value, roughly. */
  bool converged(int64_t first, int64_t last) {
    double& end = e_[up_ ? first : last - 1];
    if (std::fabs(end) <= kTolerance * std::fabs(d_[up_ ? first : last])) {
      end = 0;
      return true;
    }
    double reach = std::fabs(d_[up_ ? last : first]);
    smallest_ = reach;
    for (int64_t k = 0; k < last - first; k++) {
      const int64_t at = up_ ? last - 1 - k : first + k;
      if (std::fabs(e_[at]) <= kTolerance * reach) {
        e_[at] = 0;
        return true;
      }
      reach = std::fabs(d_[up_ ? at : at + 1]) * (reach / (reach + std::fabs(e_[at])));
      smallest_ = std::fmin(smallest_, reach);
    }
    return false;
  }

  /** 0 where a shift would cost the small singular values their precision. */
  double shiftOf(int64_t first, int64_t last) const {
    if (static_cast<double>(n_) * kTolerance * (smallest_ / largest_) <= std::fmax(kUnit, 0.01 * kTolerance)) return 0;
    const double start = std::fabs(d_[up_ ? last : first]);
    const double shift = up_ ? smallestOfTwo(d_[first], e_[first], d_[first + 1]) : smallestOfTwo(d_[last - 1], e_[last - 1], d_[last]);
    return start > 0 && (shift / start) * (shift / start) < kUnit ? 0 : shift;
  }

  void plainDown(int64_t first, int64_t last) {
    double cosine = 1, oldCosine = 1, oldSine = 0;
    for (int64_t i = first; i < last; i++) {
      const Rotation right(d_[i] * cosine, e_[i]);
      if (i > first) e_[i - 1] = oldSine * right.length;
      const Rotation left(oldCosine * right.length, d_[i + 1] * right.sine);
      d_[i] = left.length;
      cosine = right.cosine;
      oldCosine = left.cosine;
      oldSine = left.sine;
      right_.set(i, right.cosine, right.sine);
      left_.set(i, left.cosine, left.sine);
    }
    const double rest = d_[last] * cosine;
    d_[last] = rest * oldCosine;
    e_[last - 1] = rest * oldSine;
  }

  void plainUp(int64_t first, int64_t last) {
    double cosine = 1, oldCosine = 1, oldSine = 0;
    for (int64_t i = last; i > first; i--) {
      const Rotation left(d_[i] * cosine, e_[i - 1]);
      if (i < last) e_[i] = oldSine * left.length;
      const Rotation right(oldCosine * left.length, d_[i - 1] * left.sine);
      d_[i] = right.length;
      cosine = left.cosine;
      oldCosine = right.cosine;
      oldSine = right.sine;
      left_.set(i - 1, left.cosine, -left.sine);
      right_.set(i - 1, right.cosine, -right.sine);
    }
    const double rest = d_[first] * cosine;
    d_[first] = rest * oldCosine;
    e_[first] = rest * oldSine;
  }

  void shiftedDown(int64_t first, int64_t last, double shift) {
    double f = (std::fabs(d_[first]) - shift) * (std::copysign(1.0, d_[first]) + shift / d_[first]), g = e_[first];
    for (int64_t i = first; i < last; i++) {
      const Rotation right(f, g);
      if (i > first) e_[i - 1] = right.length;
      f = right.cosine * d_[i] + right.sine * e_[i];
      e_[i] = right.cosine * e_[i] - right.sine * d_[i];
      g = right.sine * d_[i + 1];
      d_[i + 1] *= right.cosine;
      const Rotation left(f, g);
      d_[i] = left.length;
      f = left.cosine * e_[i] + left.sine * d_[i + 1];
      d_[i + 1] = left.cosine * d_[i + 1] - left.sine * e_[i];
      if (i + 1 < last) {
        g = left.sine * e_[i + 1];
        e_[i + 1] *= left.cosine;
      }
      right_.set(i, right.cosine, right.sine);
      left_.set(i, left.cosine, left.sine);
    }
    e_[last - 1] = f;
  }

  void shiftedUp(int64_t first, int64_t last, double shift) {
    double f = (std::fabs(d_[last]) - shift) * (std::copysign(1.0, d_[last]) + shift / d_[last]), g = e_[last - 1];
    for (int64_t i = last; i > first; i--) {
      const Rotation left(f, g);
      if (i < last) e_[i] = left.length;
      f = left.cosine * d_[i] + left.sine * e_[i - 1];
      e_[i - 1] = left.cosine * e_[i - 1] - left.sine * d_[i];
      g = left.sine * d_[i - 1];
      d_[i - 1] *= left.cosine;
      const Rotation right(f, g);
      d_[i] = right.length;
      f = right.cosine * e_[i - 1] + right.sine * d_[i - 1];
      d_[i - 1] = right.cosine * d_[i - 1] - right.sine * e_[i - 1];
      if (i - 1 > first) {
        g = right.sine * e_[i - 2];
        e_[i - 2] *= right.cosine;
      }
      left_.set(i - 1, left.cosine, -left.sine);
      right_.set(i - 1, right.cosine, -right.sine);
    }
    e_[first] = f;
  }
};

}  // namespace

int64_t bidiagonalWork(int64_t n) { return 4 * (kReflectors + kSteps) * (n + 8); }

bool diagonalize(Work& work, double* diagonal, double* off, double* ut, double* vt, int64_t n) {
  return Chase(work, diagonal, off, ut, vt, n).run();
}

}  // namespace neurite
