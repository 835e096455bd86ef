#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/binary.hpp"

/// What tril and triu share.

namespace EBB_NAMESPACE::detail {

/// 1 where column - row is at most `diagonal` (or, `upper`, at least), else 0.
template <class R>
struct InTriangle {
  std::int32_t diagonal;
  bool upper;
  template <class T>
  EBB_HOST_DEVICE R operator()(T row, T column) const {
    const bool inside = upper ? column - row >= diagonal : column - row <= diagonal;
    return static_cast<R>(inside ? 1 : 0);
  }
};

/// The value where the mask is not 0, else 0.
struct KeepWhere {
  template <class T>
  EBB_HOST_DEVICE T operator()(T value, T mask) const {
    return mask != T(0) ? value : T(0);
  }
};

template <class T, class D>
Tensor<T, D> triangle(std::string_view op, const Tensor<T, D>& x, Index diagonal, bool upper) {
  require(x.defined() && x.rank() >= 2, op, "the input of shape ", x.shape(), " holds no matrices");
  const Index rows = x.shape(-2), columns = x.shape(-1);
  const auto limit = static_cast<std::int32_t>(std::clamp(diagonal, -rows, columns));
  const Tensor<T, D> mask = zip(arange<std::int32_t, D>(rows).view({rows, 1}, 0),
                                arange<std::int32_t, D>(columns), InTriangle<T>{limit, upper});
  const auto apply = [mask](const Tensor<T, D>& from) { return zip(from, mask, KeepWhere{}).detach(); };
  return differentiable(
      apply(x), {x}, [apply](const Tensor<T, D>& dy) { return std::vector{apply(dy)}; }, op);
}

}  // namespace EBB_NAMESPACE::detail
