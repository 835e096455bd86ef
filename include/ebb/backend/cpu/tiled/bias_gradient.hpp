#pragma once

#include "ebb/backend/cpu/scratch.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// The gradient of the bias, db[f] = the sum of dy[f] over samples and positions, taken along while the rows
/// of dy are in cache for the gradient of the weights. Samples are added in their order.
template <class T>
class BiasGradient {
 public:
  BiasGradient(T* db, Index filters, Index batch)
      : db_(db), filters_(filters), batch_(batch), rows_(db ? filters * batch : 0) {}

  /// Rows [f, f + count) of sample n, from dy on.
  void add_rows(const T* dy, Index n, Index f, Index count, Index length) const {
    if (!db_) return;
    for (Index row = 0; row < count; ++row, dy += length) {
      T parts[16]{};
      Index j = 0;
      for (; j + 16 <= length; j += 16)
        for (Index i = 0; i < 16; ++i) parts[i] += dy[j + i];
      for (; j < length; ++j) parts[0] += dy[j];
      double sum = 0;
      for (const T part : parts) sum += static_cast<double>(part);
      rows_.data()[n * filters_ + f + row] = sum;
    }
  }

  /// After add_rows for all rows of all samples.
  void finish() const {
    for (Index f = 0; f < (db_ ? filters_ : 0); ++f) {
      double sum = 0;
      for (Index n = 0; n < batch_; ++n) sum += rows_.data()[n * filters_ + f];
      db_[f] = static_cast<T>(sum);
    }
  }

 private:
  T* db_;
  Index filters_, batch_;
  Scratch<double> rows_;
};

}  // namespace EBB_NAMESPACE::cpu::tiled
