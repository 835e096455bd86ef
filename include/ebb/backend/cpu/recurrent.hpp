#pragma once

#include <algorithm>
#include <cstdint>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"
#include "ebb/core/sigmoid.hpp"
#include "ebb/core/tanh.hpp"

namespace EBB_NAMESPACE::cpu {

/// One step of a recurrent layer, from the products with its weights on, sample by sample.
struct Recurrent {
  template <class T>
  static void gru_cell(T* gates, const T* hidden_gates, const T* h, const std::int32_t* lengths, T* next,
                       T* candidate, const RecurrentSizes& s) {
    const Index size = s.hidden;
    for_each_sample(s, [=](Index n) {
      const T* const old = h + n * size;
      T* const to = next + n * size;
      if (is_over(lengths, n, s)) {
        std::copy_n(old, size, to);
        return;
      }
      const T* const hidden = hidden_gates + 3 * n * size;
      T* const reset = gates + 3 * n * size;
      T* const update = reset + size;
      T* const fresh = update + size;
      T* const kept = candidate ? candidate + n * size : nullptr;
      if (kept) std::copy_n(hidden + 2 * size, size, kept);
      simd_for(size, [=](Index i) {
        const T r = detail::sigmoid_in_lanes(reset[i] + hidden[i]),
                z = detail::sigmoid_in_lanes(update[i] + hidden[size + i]);
        const T value = detail::tanh_in_lanes(fresh[i] + r * hidden[2 * size + i]);
        reset[i] = r;
        update[i] = z;
        fresh[i] = value;
        to[i] = value + z * (old[i] - value);
      });
    });
  }

  template <class T>
  static void gru_cell_gradient(const T* dy, const T* product, const T* gates, const T* candidate, const T* h,
                                const std::int32_t* lengths, T* carry, T* dgates, T* dhidden_gates,
                                const RecurrentSizes& s) {
    const Index size = s.hidden;
    for_each_sample(s, [=](Index n) {
      const T *const from = dy + n * size, *const through = product + n * size;
      T* const dh = carry + n * size;
      T *const dg = dgates + 3 * n * size, *const dq = dhidden_gates + 3 * n * size;
      if (is_over(lengths, n, s)) {
        simd_for(size, [=](Index i) { dh[i] += from[i] + through[i]; });
        std::fill_n(dg, 3 * size, T(0));
        std::fill_n(dq, 3 * size, T(0));
        return;
      }
      const T *const old = h + n * size, *const q = candidate + n * size;
      const T *const r = gates + 3 * n * size, *const z = r + size, *const fresh = z + size;
      simd_for(size, [=](Index i) {
        const T total = dh[i] + from[i] + through[i];
        const T dfresh = total * (T(1) - z[i]) * (T(1) - fresh[i] * fresh[i]);
        const T dreset = dfresh * q[i] * r[i] * (T(1) - r[i]);
        const T dupdate = total * (old[i] - fresh[i]) * z[i] * (T(1) - z[i]);
        dh[i] = total * z[i];
        dg[i] = dq[i] = dreset;
        dg[size + i] = dq[size + i] = dupdate;
        dg[2 * size + i] = dfresh;
        dq[2 * size + i] = dfresh * r[i];
      });
    });
  }

  template <class T>
  static void lstm_cell(T* gates, const T* hidden_gates, const T* h, const T* c, const std::int32_t* lengths,
                        T* next_h, T* next_c, const RecurrentSizes& s) {
    const Index size = s.hidden;
    for_each_sample(s, [=](Index n) {
      const T* const old = c + n * size;
      T *const to_h = next_h + n * size, *const to_c = next_c + n * size;
      if (is_over(lengths, n, s)) {
        std::copy_n(h + n * size, size, to_h);
        std::copy_n(old, size, to_c);
        return;
      }
      const T* const hidden = hidden_gates + 4 * n * size;
      T* const all = gates + 4 * n * size;
      simd_for(size, [=](Index i) {
        const T in = detail::sigmoid_in_lanes(all[i] + hidden[i]),
                forget = detail::sigmoid_in_lanes(all[size + i] + hidden[size + i]);
        const T fresh = detail::tanh_in_lanes(all[2 * size + i] + hidden[2 * size + i]);
        const T out = detail::sigmoid_in_lanes(all[3 * size + i] + hidden[3 * size + i]);
        all[i] = in;
        all[size + i] = forget;
        all[2 * size + i] = fresh;
        all[3 * size + i] = out;
        to_c[i] = forget * old[i] + in * fresh;
        to_h[i] = out * detail::tanh_in_lanes(to_c[i]);
      });
    });
  }

  template <class T>
  static void lstm_cell_gradient(const T* dy, const T* product, const T* gates, const T* c, const T* next_c,
                                 const std::int32_t* lengths, T* carry_h, T* carry_c, T* dgates,
                                 const RecurrentSizes& s) {
    const Index size = s.hidden;
    for_each_sample(s, [=](Index n) {
      const T *const from = dy + n * size, *const through = product + n * size;
      T *const dh = carry_h + n * size, *const dc = carry_c + n * size;
      T* const dg = dgates + 4 * n * size;
      if (is_over(lengths, n, s)) {
        simd_for(size, [=](Index i) { dh[i] += from[i] + through[i]; });
        std::fill_n(dg, 4 * size, T(0));
        return;
      }
      const T *const old = c + n * size, *const now = next_c + n * size;
      const T *const in = gates + 4 * n * size, *const forget = in + size, *const fresh = forget + size,
                     *const out = fresh + size;
      simd_for(size, [=](Index i) {
        const T total = dh[i] + from[i] + through[i], t = detail::tanh_in_lanes(now[i]);
        const T cell = dc[i] + total * out[i] * (T(1) - t * t);
        dg[i] = cell * fresh[i] * in[i] * (T(1) - in[i]);
        dg[size + i] = cell * old[i] * forget[i] * (T(1) - forget[i]);
        dg[2 * size + i] = cell * in[i] * (T(1) - fresh[i] * fresh[i]);
        dg[3 * size + i] = total * t * out[i] * (T(1) - out[i]);
        dc[i] = cell * forget[i];
        dh[i] = T(0);
      });
    });
  }

 private:
  static bool is_over(const std::int32_t* lengths, Index n, const RecurrentSizes& s) {
    return lengths && s.step >= lengths[n];
  }

  template <class F>
  static void for_each_sample(const RecurrentSizes& s, F f) {
    const Index samples = std::max<Index>(1, (1 << 11) / std::max<Index>(s.hidden, 1));
    parallel_for(s.batch, samples, [&](Index first, Index last) {
      vectorized([&] {
        for (Index n = first; n < last; ++n) f(n);
      });
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
