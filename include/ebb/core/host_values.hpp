#pragma once

#include <cstddef>
#include <vector>

#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE::detail {

/// The values of a tensor where the host can read them: in place, or a copy of those of another device.
template <class T, class D>
class HostValues {
 public:
  explicit HostValues(const Tensor<T, D>& tensor) : tensor_(tensor.detach()), values_(tensor_.data()) {
    if constexpr (!D::is_host) {
      copy_.resize(static_cast<std::size_t>(tensor_.size()));
      D::copy_to_host(values_, copy_.data(), copy_.size() * sizeof(T));
      values_ = copy_.data();
    }
  }
  HostValues(const HostValues&) = delete;
  HostValues& operator=(const HostValues&) = delete;

  [[nodiscard]] Index size() const { return tensor_.size(); }
  [[nodiscard]] T operator[](Index i) const { return values_[i]; }

 private:
  Tensor<T, D> tensor_;
  std::vector<T> copy_;
  const T* values_;
};

}  // namespace EBB_NAMESPACE::detail
