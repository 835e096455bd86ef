#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// A block of channels is one task: its values come from memory for the sums and out of the cache for what
/// is made of them. They are summed in T, some hundred at a time and several vectors side by side, and these
/// sums in double.
struct BatchNorm {
  template <class T>
  static void batch_norm_train(const T* x, const T* gamma, const T* beta, T* y, double* mean,
                               double* variance, T* running_mean, T* running_variance,
                               const BatchNormSizes& sizes) {
    for_each_channel_block(sizes, [=](Index first, Index last) {
      vectorized([=] {
        PerChannel<Moments> moments;
        for_each_part<T, 1>(sizes, first, last, {x}, [&](Index c, const Inputs<T, 1>& part, Index count) {
          // Distances from a value near the mean, so that nothing cancels where the mean is large: from that
          // of what came before, at first from the mean of this part itself.
          Moments& so_far = moments[at(c)];
          const auto values = static_cast<double>(count);
          double origin = so_far.count > 0 ? so_far.mean : static_cast<double>(part[0][0]);
          for (bool known = so_far.count > 0;; known = true) {
            const Pair sums = distances(part, count, static_cast<T>(origin));
            if (known) return so_far.add(values, static_cast<double>(static_cast<T>(origin)), sums);
            origin += sums.first / values;
          }
        });
        PerChannel<Line<T>> lines;
        for (Index c = first; c < last; ++c) {
          const auto [count, middle, squares] = moments[at(c - first)];
          mean[c] = middle;
          variance[c] = squares / count;
          move(running_mean[c], mean[c], sizes.momentum);
          move(running_variance[c], squares / (count - 1), sizes.momentum);
          lines[at(c - first)] =
              Line<T>(mean[c], inverse_std(variance[c], sizes), gamma[c], beta[c], sizes.relu);
        }
        store(sizes, first, last, y, [&](Index c, Index i) { return lines[at(c)].clipped(x[i]); });
      });
    });
  }

  template <class T>
  static void batch_norm_eval(const T* x, const T* mean, const T* variance, const T* gamma, const T* beta,
                              T* y, const BatchNormSizes& sizes) {
    for_each_channel_block(sizes, [=](Index first, Index last) {
      const PerChannel<Line<T>> lines = make_lines(mean, variance, gamma, beta, first, last, sizes);
      store(sizes, first, last, y, [&](Index c, Index i) { return lines[at(c)].clipped(x[i]); });
    });
  }

  template <class T>
  static void batch_norm_train_gradient(const T* dy, const T* x, const double* mean, const double* variance,
                                        const T* gamma, const T* beta, T* dx, T* dgamma, T* dbeta,
                                        const BatchNormSizes& sizes) {
    const double count = static_cast<double>(sizes.batch * sizes.length);
    for_each_channel_block(sizes, [=](Index first, Index last) {
      vectorized([=] {
        const PerChannel<Line<T>> lines = make_lines(mean, variance, gamma, beta, first, last, sizes);
        const PerChannel<Pair> sums = gradient_sums(dy, x, lines, first, last, sizes);
        if (dgamma) write_sums(sums, variance, first, last, dgamma, dbeta, sizes);
        if (!dx) return;
        PerChannel<T> slopes;
        PerChannel<Line<T>> rests;
        for (Index c = first; c < last; ++c) {
          const double inv_std = inverse_std(variance[c], sizes),
                       factor = inv_std * static_cast<double>(gamma[c]);
          const auto [of_dy, of_product] = sums[at(c - first)];
          slopes[at(c - first)] = static_cast<T>(factor);
          rests[at(c - first)] = Line<T>(mean[c], -factor * inv_std * inv_std * of_product / count, T(1),
                                         static_cast<T>(-factor * of_dy / count), false);
        }
        store(sizes, first, last, dx, [&](Index c, Index i) {
          return slopes[at(c)] * lines[at(c)].passed(dy[i], x[i]) + rests[at(c)](x[i]);
        });
      });
    });
  }

  template <class T>
  static void batch_norm_eval_gradient(const T* dy, const T* x, const T* mean, const T* variance,
                                       const T* gamma, const T* beta, T* dx, T* dgamma, T* dbeta,
                                       const BatchNormSizes& sizes) {
    for_each_channel_block(sizes, [=](Index first, Index last) {
      const PerChannel<Line<T>> lines = make_lines(mean, variance, gamma, beta, first, last, sizes);
      if (dgamma) {
        write_sums(gradient_sums(dy, x, lines, first, last, sizes), variance, first, last, dgamma, dbeta,
                   sizes);
      }
      if (!dx) return;
      PerChannel<T> slopes;
      for (Index c = first; c < last; ++c) {
        slopes[at(c - first)] =
            static_cast<T>(inverse_std(variance[c], sizes) * static_cast<double>(gamma[c]));
      }
      store(sizes, first, last, dx,
            [&](Index c, Index i) { return slopes[at(c)] * lines[at(c)].passed(dy[i], x[i]); });
    });
  }

 private:
  static constexpr Index max_channels = 16;  // per block
  static constexpr Index most = 512;         // values that are summed in T

  template <class V>
  using PerChannel = std::array<V, max_channels>;

  // Where the values of several tensors begin.
  template <class T, std::size_t count>
  using Inputs = std::array<const T*, count>;

  struct Pair {
    double first = 0, second = 0;
  };

  // Of the values so far: how many, their mean, and the squares of their distances from it (Chan et al.,
  // 1983).
  struct Moments {
    // n more, of which the distances from `origin` and their squares are summed up.
    void add(double n, double origin, const Pair& sums) {
      const double offset = sums.first / n, gap = origin + offset - mean, total = count + n;
      squares += std::max(sums.second - sums.first * offset, 0.0) + gap * gap * (count * n / total);
      mean += gap * (n / total);
      count = total;
    }
    double count = 0, mean = 0, squares = 0;
  };

  template <class T>
  using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

  template <class T>
  struct Lanes {
    static constexpr int count = 32 / sizeof(T), vectors = 4;
    using Vector [[gnu::vector_size(32)]] = T;
    using Mask [[gnu::vector_size(32)]] = Bits<T>;
  };

  // (x - mean) scale gamma + beta. The mean is kept in two parts of type T: x - high is exact where x is near
  // it, so a float loses nothing against a mean in double. With a ReLU behind it, results below 0 are
  // clipped; without, the floor is one that nothing falls below.
  template <class T>
  struct Line {
    Line() = default;
    Line(double mean, double scale, T gamma, T beta, bool relu)
        : high(static_cast<T>(mean)),
          low(static_cast<T>(mean - static_cast<double>(high))),
          slope(static_cast<T>(scale * static_cast<double>(gamma))),
          constant(beta),
          floor(relu ? T(0) : -std::numeric_limits<T>::infinity()) {}
    T operator()(T x) const { return ((x - high) - low) * slope + constant; }
    T clipped(T x) const {
      const T y = (*this)(x);
      return y < floor ? floor : y;
    }
    // The gradient of clipped: dy where the result was above the floor. A mask, since g++ does not vectorise
    // the choice between two numbers here.
    T passed(T dy, T x) const {
      const Bits<T> mask = -static_cast<Bits<T>>(!((*this)(x) <= floor));
      return std::bit_cast<T>(std::bit_cast<Bits<T>>(dy) & mask);
    }
    T high, low, slope, constant, floor;
  };

  template <class T, class S>
  static PerChannel<Line<T>> make_lines(const S* mean, const S* variance, const T* gamma, const T* beta,
                                        Index first, Index last, const BatchNormSizes& sizes) {
    PerChannel<Line<T>> lines;
    for (Index c = first; c < last; ++c)
      lines[at(c - first)] = Line<T>(static_cast<double>(mean[c]), inverse_std(variance[c], sizes), gamma[c],
                                     beta[c], sizes.relu);
    return lines;
  }

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  template <class S>
  static double inverse_std(S variance, const BatchNormSizes& sizes) {
    return 1.0 / std::sqrt(static_cast<double>(variance) + sizes.epsilon);
  }

  template <class T>
  static void move(T& running, double now, double momentum) {
    running = static_cast<T>(momentum * static_cast<double>(running) + (1.0 - momentum) * now);
  }

  // f(first, last) for blocks of channels: as many as make a run of memory that is worth its start.
  template <class F>
  static void for_each_channel_block(const BatchNormSizes& sizes, F f) {
    const Index count = std::clamp<Index>(512 / std::max<Index>(sizes.length, 1), 1, max_channels);
    parallel_for(sizes.channels, count, f);
  }

  // y[i] = f(c, i) for the values i of the channels first + c < last.
  template <class T, class F>
  [[gnu::always_inline]] static inline void store(const BatchNormSizes& sizes, Index first, Index last, T* y,
                                                  F f) {
    for (Index n = 0; n < sizes.batch; ++n) {
      const Index start = n * sizes.channels + first;
      if (sizes.length == 1) {
        simd_lanes<max_channels>(last - first, [&](Index c, Index) { y[start + c] = f(c, start + c); });
        continue;
      }
      for (Index c = 0; c < last - first; ++c) {
        const Index row = (start + c) * sizes.length;
        simd_for(sizes.length, [&](Index i) { y[row + i] = f(c, row + i); });
      }
    }
  }

  // Inlined, since g++ drops calls of a function that does nothing but this.
  template <class T>
  [[gnu::always_inline]] static inline void prefetch(const T* x, Index count) {
    constexpr Index line = 64 / sizeof(T);
    for (Index i = 0; i < count; i += line) __builtin_prefetch(x + i, 0, 2);
  }

  // f(c, part, count) for the values of the channels first + c < last, at most `most` side by side. Short
  // rows of some samples are joined for it.
  template <class T, std::size_t inputs, class F>
  [[gnu::always_inline]] static inline void for_each_part(const BatchNormSizes& sizes, Index first,
                                                          Index last, const Inputs<T, inputs>& from, F f) {
    constexpr Index short_row = 32;
    const Index length = sizes.length;
    const Index samples = length < short_row ? most / std::max<Index>(length, 1) : 1;
    alignas(64) T joined[inputs][most];
    for (Index n = 0; n < sizes.batch; n += samples) {
      // The hardware does not foresee the jump to the next sample.
      for (std::size_t k = 0; k < inputs && n + samples < sizes.batch; ++k)
        prefetch(from[k] + ((n + samples) * sizes.channels + first) * length, (last - first) * length);
      for (Index c = first; c < last; ++c) {
        const auto row = [&](std::size_t k, Index sample) {
          return from[k] + (sample * sizes.channels + c) * length;
        };
        Inputs<T, inputs> part;
        const Index count = std::min(samples, sizes.batch - n);
        for (std::size_t k = 0; k < inputs; ++k) {
          part[k] = samples > 1 ? joined[k] : row(k, n);
          for (Index sample = 0; sample < count && samples > 1; ++sample)
            std::copy_n(row(k, n + sample), length, joined[k] + sample * length);
        }
        for (Index i = 0; i < count * length; i += most) {
          f(c - first, part, std::min(most, count * length - i));
          for (const T*& values : part) values += most;
        }
      }
    }
  }

  // The sums of two terms: `add(first, second, values...)` adds those of a vector of each input, of which
  // `neutral` ones add nothing.
  template <class T, std::size_t inputs, class F>
  [[gnu::always_inline]] static inline Pair sum_terms(const Inputs<T, inputs>& from, Index count,
                                                      const std::array<T, inputs>& neutral, F add) {
    using Vector = typename Lanes<T>::Vector;
    constexpr Index lanes = Lanes<T>::count, vectors = Lanes<T>::vectors, width = lanes * vectors;
    Vector first[vectors]{}, second[vectors]{};
    const auto add_vector = [&](Index v, const Inputs<T, inputs>& line, Index i) {
      std::array<Vector, inputs> values;
      for (std::size_t k = 0; k < inputs; ++k) std::memcpy(&values[k], line[k] + i, sizeof(Vector));
      add(first[v], second[v], values);
    };
    Index i = 0;
    for (; i + width <= count; i += width) {
#pragma GCC unroll 4
      for (Index v = 0; v < vectors; ++v) add_vector(v, from, i + v * lanes);
    }
    for (; i + lanes <= count; i += lanes) add_vector(0, from, i);
    if (i < count) {
      alignas(32) T rest[inputs][lanes];
      Inputs<T, inputs> line;
      for (std::size_t k = 0; k < inputs; ++k) {
        for (Index lane = 0; lane < lanes; ++lane)
          rest[k][lane] = i + lane < count ? from[k][i + lane] : neutral[k];
        line[k] = rest[k];
      }
      add_vector(1, line, 0);
    }
    const Vector firsts = (first[0] + first[1]) + (first[2] + first[3]);
    const Vector seconds = (second[0] + second[1]) + (second[2] + second[3]);
    Pair sums;
    for (int lane = 0; lane < lanes; ++lane) {
      sums.first += static_cast<double>(firsts[lane]);
      sums.second += static_cast<double>(seconds[lane]);
    }
    return sums;
  }

  template <class T>
  [[gnu::always_inline]] static inline Pair distances(const Inputs<T, 1>& x, Index count, T origin) {
    Pair sums = sum_terms(x, count, std::array{origin}, [=](auto& first, auto& second, const auto& values) {
      const auto distance = values[0] - origin;
      first += distance;
      second += distance * distance;
    });
    using Limits = std::numeric_limits<T>;
    constexpr double least = static_cast<double>(Limits::min() / Limits::epsilon());
    if (sizeof(T) == sizeof(double) || (sums.second >= least && sums.second <= Limits::max())) return sums;
    // The squares left the range of T.
    sums = {};
    for (Index i = 0; i < count; ++i) {
      const double distance = static_cast<double>(x[0][i]) - static_cast<double>(origin);
      sums.first += distance;
      sums.second += distance * distance;
    }
    return sums;
  }

  // Per channel: the sums of dy and of dy (x - mean).
  template <class T>
  [[gnu::always_inline]] static inline PerChannel<Pair> gradient_sums(const T* dy, const T* x,
                                                                      const PerChannel<Line<T>>& lines,
                                                                      Index first, Index last,
                                                                      const BatchNormSizes& sizes) {
    using Vector = typename Lanes<T>::Vector;
    using Mask = typename Lanes<T>::Mask;
    PerChannel<Pair> sums;
    for_each_part<T, 2>(sizes, first, last, {dy, x}, [&](Index c, const Inputs<T, 2>& part, Index count) {
      const Line<T> line = lines[at(c)];
      const Pair of_part = sum_terms(
          part, count, std::array{T(0), line.high}, [=](auto& dys, auto& products, const auto& values) {
            const Vector distance = values[1] - line.high;
            const Mask stopped = (distance - line.low) * line.slope + line.constant <= line.floor;
            const auto passed = reinterpret_cast<Vector>(reinterpret_cast<Mask>(values[0]) & ~stopped);
            dys += passed;
            products += passed * distance;
          });
      sums[at(c)].first += of_part.first;
      sums[at(c)].second += of_part.second;
    });
    for (Index c = 0; c < last - first; ++c)
      sums[at(c)].second -= static_cast<double>(lines[at(c)].low) * sums[at(c)].first;
    return sums;
  }

  template <class T, class S>
  static void write_sums(const PerChannel<Pair>& sums, const S* variance, Index first, Index last, T* dgamma,
                         T* dbeta, const BatchNormSizes& sizes) {
    for (Index c = first; c < last; ++c) {
      const auto [of_dy, of_product] = sums[at(c - first)];
      dgamma[c] = static_cast<T>(of_product * inverse_std(variance[c], sizes));
      dbeta[c] = static_cast<T>(of_dy);
    }
  }
};

}  // namespace EBB_NAMESPACE::cpu
