#pragma once

#include <algorithm>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/portable/product.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu::portable {

/// c = op(a) op(b) + bias: strips of rows of c are the blocks of work.
template <class T>
void matmul(const T* a, const T* b, const T* bias, T* c, const MatmulSizes& s) {
  constexpr Index strip = 32;
  const Index strips = blocks_of(s.m, strip);
  parallel_for(s.batch * strips, 1, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      const Index item = block / strips, row = block % strips * strip;
      const Index rows = std::min(strip, s.m - row);
      const T* const a_item = a + item * s.m * s.k;
      const T* const b_item = b + item * s.k * s.n;
      T* const out = c + item * s.m * s.n + row * s.n;
      const View<T> left = s.transpose_a ? View<T>{a_item + row, rows, s.k, 1, s.m}
                                         : View<T>{a_item + row * s.k, rows, s.k, s.k, 1};
      const View<T> right =
          s.transpose_b ? View<T>{b_item, s.k, s.n, 1, s.k} : View<T>{b_item, s.k, s.n, s.n, 1};
      for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < s.n; ++j) out[i * s.n + j] = bias ? bias[j] : T(0);
      add_product(left, right, out, s.n);
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::portable
