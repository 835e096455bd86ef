#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/portable/product.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D as one matrix product per filter tap: tap k of all filters (F x C) times the samples that it meets,
/// a strided view of the input (C x M). Nothing is unrolled into memory but the zeros of the padding.

namespace EBB_NAMESPACE::cpu::portable {

/// One sample's rows with their zero padding on both sides.
template <class T>
struct Padded {
  explicit Padded(const Conv1DSizes& s)
      : width(s.padded_length()), data(static_cast<std::size_t>(s.channels * width)) {}

  void load(const T* x, const Conv1DSizes& s) {
    for (Index c = 0; c < s.channels; ++c)
      std::copy_n(x + c * s.length, s.length, data.data() + c * width + s.padding);
  }
  void store(T* x, const Conv1DSizes& s) const {
    for (Index c = 0; c < s.channels; ++c)
      std::copy_n(data.data() + c * width + s.padding, s.length, x + c * s.length);
  }

  Index width;
  std::vector<T> data;
};

/// What tap k of group g is made of.
template <class T>
struct Taps {
  explicit Taps(const Conv1DSizes& sizes) : s(sizes) {}

  [[nodiscard]] Index channels() const { return s.channels / s.groups; }
  [[nodiscard]] Index filters() const { return s.filters / s.groups; }
  [[nodiscard]] View<T> weights(const T* w, Index g, Index k) const {  // F x C
    return {w + g * filters() * channels() * s.kernel + k, filters(), channels(), channels() * s.kernel,
            s.kernel};
  }
  [[nodiscard]] View<T> samples(const Padded<T>& x, Index g, Index k) const {  // C x M
    return {x.data.data() + g * channels() * x.width + k * s.dilation, channels(), s.out_length(), x.width,
            s.stride};
  }
  [[nodiscard]] View<T> outputs(const T* y, Index g) const {  // F x M
    return {y + g * filters() * s.out_length(), filters(), s.out_length(), s.out_length(), 1};
  }

  const Conv1DSizes& s;
};

template <class T>
void conv1d(const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& s) {
  const Taps<T> taps(s);
  const Index m = s.out_length();
  parallel_for(s.batch, 1, [&](Index first, Index last) {
    Padded<T> padded(s);
    for (Index n = first; n < last; ++n) {
      padded.load(x + n * s.channels * s.length, s);
      T* const out = y + n * s.filters * m;
      for (Index f = 0; f < s.filters; ++f) std::fill_n(out + f * m, m, bias ? bias[f] : T(0));
      for (Index g = 0; g < s.groups; ++g)
        for (Index k = 0; k < s.kernel; ++k)
          add_product(taps.weights(w, g, k), taps.samples(padded, g, k), out + g * taps.filters() * m, m);
    }
  });
}

template <class T>
void conv1d_input_gradient(const T* dy, const T* w, T* dx, const Conv1DSizes& s) {
  const Taps<T> taps(s);
  const Index m = s.out_length();
  parallel_for(s.batch, 1, [&](Index first, Index last) {
    Padded<T> padded(s);
    std::vector<T> met(static_cast<std::size_t>(taps.channels() * m));
    for (Index n = first; n < last; ++n) {
      std::fill(padded.data.begin(), padded.data.end(), T(0));
      for (Index g = 0; g < s.groups; ++g) {
        for (Index k = 0; k < s.kernel; ++k) {
          std::fill(met.begin(), met.end(), T(0));
          add_product(taps.weights(w, g, k).transposed(), taps.outputs(dy + n * s.filters * m, g), met.data(),
                      m);
          for (Index c = 0; c < taps.channels(); ++c) {
            T* const row = padded.data.data() + (g * taps.channels() + c) * padded.width + k * s.dilation;
            for (Index j = 0; j < m; ++j) row[j * s.stride] += met[static_cast<std::size_t>(c * m + j)];
          }
        }
      }
      padded.store(dx + n * s.channels * s.length, s);
    }
  });
}

template <class T>
void conv1d_weight_gradient(const T* dy, const T* x, T* dw, T* db, const Conv1DSizes& s) {
  const Taps<T> taps(s);
  const Index m = s.out_length(), filters = taps.filters(), channels = taps.channels();
  // A block of work is a strip of filters of one group; samples are added up in their order.
  constexpr Index strip = 32;
  const Index strips = blocks_of(filters, strip);
  parallel_for(s.groups * strips, 1, [&](Index first, Index last) {
    Padded<T> padded(s);
    for (Index block = first; block < last; ++block) {
      const Index g = block / strips, row = block % strips * strip, rows = std::min(strip, filters - row);
      std::vector<T> sum(static_cast<std::size_t>(s.kernel * rows * channels), T(0));
      std::vector<double> bias_sum(static_cast<std::size_t>(rows), 0.0);
      for (Index n = 0; n < s.batch; ++n) {
        padded.load(x + n * s.channels * s.length, s);
        const View<T> dy_n{dy + ((n * s.groups + g) * filters + row) * m, rows, m, m, 1};
        for (Index k = 0; k < s.kernel; ++k)
          add_product(dy_n, taps.samples(padded, g, k).transposed(), sum.data() + k * rows * channels,
                      channels);
        if (db)
          for (Index f = 0; f < rows; ++f)
            for (Index j = 0; j < m; ++j)
              bias_sum[static_cast<std::size_t>(f)] += static_cast<double>(dy_n(f, j));
      }
      T* const out = dw + (g * filters + row) * channels * s.kernel;
      for (Index f = 0; f < rows; ++f) {
        for (Index c = 0; c < channels; ++c)
          for (Index k = 0; k < s.kernel; ++k)
            out[(f * channels + c) * s.kernel + k] =
                sum[static_cast<std::size_t>((k * rows + f) * channels + c)];
        if (db) db[g * filters + row + f] = static_cast<T>(bias_sum[static_cast<std::size_t>(f)]);
      }
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::portable
