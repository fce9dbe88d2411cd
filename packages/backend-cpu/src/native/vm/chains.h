/**
 * Superinstructions: several operations of a body as one function whose intermediate values stay in vector registers. Each is written once; the
 * text of its expression is also the pattern that chain_patterns.h reads and fuse_chains.h looks for.
 *
 * Letters are arguments. a, b, c, d: float32 vectors; s, t: float32 that is the same for all lanes; i: a vector of 32-bit integers; j, k:
 * uint32 that is the same for all lanes. The same letter is the same value. An `a * b` that something is added to, or taken from, may be
 * rounded with it or by itself, as everywhere.
 */
#ifndef NEURITE_VM_CHAINS_H
#define NEURITE_VM_CHAINS_H

#include <cstddef>
#include <cstdint>

namespace neurite {

/** The moving averages and steps of the optimizers, activations and what multiplies their gradients, dropout, normalization. */
#define NEURITE_CHAINS(X)                                               \
  X(movingMean, a + (b - a) * s)                                        \
  X(movingSquare, a + (b * b - a) * s)                                  \
  X(weightedSum, a * s + b * t)                                         \
  X(weightedDifference, a * s - b * t)                                  \
  X(weightedSquare, a * s + b * b * t)                                  \
  X(adamStep, a - b * s / (sqrt(c) + t))                                \
  X(nadamStep, a - b / (sqrt(c / s) + t))                               \
  X(adagradStep, a - b * s / sqrt(c + t))                               \
  X(decay, a - a * s)                                                   \
  X(sigmoid, s / (exp(-a) + s))                                         \
  X(sigmoidSlope, a * (s - a))                                          \
  X(tanhSlope, s - a * a)                                               \
  X(swish, a * (s / (exp(-a) + s)))                                     \
  X(elu, select(lt(s, a), a, expm1(min(a, s))))                         \
  X(positivePart, select(lt(s, a), a, b))                               \
  X(whereAbove, select(lt(s, a), b, t))                                 \
  X(whereNotBelow, select(lt(a, s), t, b))                              \
  X(whereNotAbove, select(le(a, s), t, b))                              \
  X(dropout, select(lt(shr(random(i), j), k), a * s, t))                \
  X(standardized, (a - b) * c)                                          \
  X(normalized, (a - b) * c + d)                                        \
  X(scaledPlus, a * s * b + c)

constexpr const char* kChainLetters = "abcdstijk";
constexpr int kMaxArguments = 9;
constexpr bool isVectorLetter(int letter) { return letter < 4 || letter == 6; }
constexpr bool isFloatLetter(int letter) { return letter < 6; }

/** `args` by letter, readable also for letters that the chain has not; `key`: two words, of `random`. */
using ChainFn = void (*)(void* out, const void* const* args, const uint32_t* key, size_t n);

enum class Chain : int32_t {
#define X(NAME, ...) NAME,
  NEURITE_CHAINS(X)
#undef X
      Count
};

}  // namespace neurite

#endif
