#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ebb/autograd/no_grad.hpp"
#include "ebb/autograd/node.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/core/element.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/shape.hpp"
#include "ebb/core/storage.hpp"

namespace EBB_NAMESPACE {

/// A dense, row-major array of run-time rank on a device: a cheap handle, copies of which share the
/// elements. `clone()` copies the elements.
///
/// `Tensor<float>({2, 3})` has that shape and holds zeros; `tensor<float>({2, 3})` of core/factory.hpp holds
/// these values.
///
/// T is float, double, bfloat16 (storage; kernels compute in float) or an integer type for labels and
/// bytes. Operations are free functions (`matmul(a, b)`, `relu(x)`) and return new tensors; what is a member
/// here is structure, access to elements, and the gradient.
///
///     Tensor<float> x({2, 3});        // zeros
///     x(0, 2) = 5;
///     Tensor<float> y = 2.0f * x + 1.0f;
///
/// A default-constructed tensor is undefined: it has no elements, and to ask for one or to compute with it is
/// an error of the function that was called.
///
/// Error [shape] where a shape has more elements than possible, [allocate] where there is no memory for them.
template <class T, class Device>
class Tensor {
 public:
  static_assert(sizeof(T) <= 8, "Shape::max_size counts on it");
  using value_type = T;
  using device_type = Device;

  Tensor() = default;

  /// Zeros of the given shape.
  explicit Tensor(const Shape& shape) : Tensor(shape, Uninitialized{}) { fill(T(0)); }

  /// A shape consists of integers: tensor<float>({1.5f, 2.5f}) makes a tensor of values.
  template <std::floating_point Value>
  explicit Tensor(std::initializer_list<Value> values) = delete;

  // Assigning to a temporary would change nothing: x[i].assign(y) and x[i].fill(v) change x.
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) = default;
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & = default;
  ~Tensor() = default;

  /// Elements of unspecified value, for whoever writes all of them.
  [[nodiscard]] static Tensor uninitialized(const Shape& shape) { return Tensor(shape, Uninitialized{}); }

  [[nodiscard]] bool defined() const { return storage_ != nullptr; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] Index shape(Index axis) const {
    return shape_[detail::normalize_axis("shape", axis, shape_)];
  }
  [[nodiscard]] Index rank() const { return shape_.rank(); }
  [[nodiscard]] Index size() const { return defined() ? shape_.size() : 0; }

  // ---- Elements -------------------------------------------------------------------------------------

  /// The elements for reading, null where undefined. Inside a gradient function: an error where they were
  /// overwritten since.
  [[nodiscard]] const T* data() const {
    if (detail::running_node && storage_ && storage_->changed_since(detail::running_node->made()))
        [[unlikely]]
      detail::fail("backward", detail::running_node->op(), " saved a tensor of shape ", shape_,
                   " that was changed in place afterwards");
    return data_;
  }

  /// The elements for writing, null where undefined; counts as a change in place.
  [[nodiscard]] T* mutable_data() {
    if (storage_) storage_->mark_written();
    return data_;
  }

  /// The elements in row-major order, for reading.
  [[nodiscard]] std::span<const T> span() const requires(Device::is_host) {
    return {data(), static_cast<std::size_t>(size())};
  }

  /// The elements in row-major order, one by one: for (const float v : x).
  [[nodiscard]] const T* begin() const requires(Device::is_host) { return data(); }
  [[nodiscard]] const T* end() const requires(Device::is_host) { return data() + size(); }

  /// One element: x(i, j, k), with one index per axis, each checked.
  template <std::integral... Indices>
  [[nodiscard]] T operator()(Indices... indices) const requires(Device::is_host) {
    return at(indices...);
  }

  /// The same as a T, whether the tensor may be written or not: std::max(x.at(i), 1.0f).
  template <std::integral... Indices>
  [[nodiscard]] T at(Indices... indices) const requires(Device::is_host) {
    return data()[offset({static_cast<Index>(indices)...})];
  }

  /// One element to be read or written: x(i, j, k) = value, or +=, -=, *=, /=. A copy of it,
  /// auto v = x(i, j, k), is a value.
  template <std::integral... Indices>
  [[nodiscard]] detail::Element<T, Device> operator()(Indices... indices) requires(Device::is_host) {
    return {data_ + offset({static_cast<Index>(indices)...}), storage_.get()};
  }

  /// The only element of a tensor of size 1.
  [[nodiscard]] T item() const {
    detail::require(defined() && size() == 1, "item", "a tensor of shape ", shape_, " is not one number");
    T value;
    Device::copy_to_host(data(), &value, sizeof(T));
    return value;
  }

  /// Sets every element. Changes values only: nothing is recorded for backward.
  Tensor& fill(T value) {
    require_writable("fill");
    Device::fill(mutable_data(), size(), value);
    return *this;
  }

  /// Copies the elements of `source`, which has the same shape. Nothing is recorded for backward, so a
  /// source that needs a gradient has to be detached first.
  Tensor& assign(const Tensor& source) {
    require_writable("assign");
    detail::require(source.defined() && source.shape() == shape_, "assign", "a tensor of shape ",
                    source.shape(), " does not fit into ", shape_);
    detail::require(!(is_grad_enabled() && source.needs_grad()), "assign",
                    "the source needs a gradient, which would be lost: assign(source.detach())");
    Device::copy(source.data(), mutable_data(), static_cast<std::size_t>(size()) * sizeof(T));
    return *this;
  }

  // ---- Structure (ops/reshape.hpp, ops/slice.hpp, ops/select.hpp) -----------------------------------

  /// The same elements under another shape of equal size; one extent may be -1 (what is left). Shared.
  [[nodiscard]] Tensor reshape(std::initializer_list<Index> shape) const;
  [[nodiscard]] Tensor reshape(const Shape& shape) const;

  /// The part [first, last) of the leading axis. Shared.
  [[nodiscard]] Tensor slice(Index first, Index last) const;

  /// Step `index` of the leading axis: x (N, C, L) gives (C, L), a vector gives a tensor of shape (). Shared.
  [[nodiscard]] Tensor operator[](Index index) const;

  /// A copy with elements of its own; part of the graph (ops/clone.hpp).
  [[nodiscard]] Tensor clone() const;

  /// The same elements, cut off from the graph. Shared.
  [[nodiscard]] Tensor detach() const {
    Tensor out = *this;
    out.node_ = nullptr;
    return out;
  }

  // ---- Gradient -------------------------------------------------------------------------------------

  /// Makes this handle, and copies taken from it later, a leaf of which backward leaves a gradient.
  Tensor& requires_grad() &;
  Tensor requires_grad() &&;

  /// Whether a gradient flows to this tensor: a leaf, or computed from one.
  [[nodiscard]] bool needs_grad() const { return node_ != nullptr; }

  /// Computes the gradient of this scalar with respect to every leaf it depends on, added to what the
  /// leaves hold already. With an argument: of sum(this * dy), for a result of any shape.
  void backward() const;
  void backward(const Tensor& dy) const;

  /// The gradient that backward left on this leaf.
  [[nodiscard]] Tensor grad() const;
  [[nodiscard]] bool has_grad() const;
  /// Forgets the gradient of this leaf.
  void zero_grad() const;

  // ---- For operations -------------------------------------------------------------------------------

  /// A handle on a part of the same elements, outside of the graph. Error [view] for what lies outside.
  [[nodiscard]] Tensor view(const Shape& shape, Index offset) const {
    detail::require(defined(), "view", "the tensor is undefined");
    detail::require(offset >= 0 && offset <= size() && shape.size() <= size() - offset, "view", shape,
                    " from ", offset, " on is not a part of ", shape_);
    Tensor out = detach();
    out.shape_ = shape;
    out.data_ = data_ + offset;
    return out;
  }

  /// A handle on the same memory with elements of another type, outside of the graph: the caller knows what
  /// the bytes are. Error [reinterpret] for another number of bytes.
  template <class U>
  [[nodiscard]] Tensor<U, Device> reinterpret(const Shape& shape) const {
    constexpr auto from_bytes = static_cast<Index>(sizeof(T)), to_bytes = static_cast<Index>(sizeof(U));
    detail::require(shape.size() * to_bytes == size() * from_bytes, "reinterpret", shape, " elements of ",
                    to_bytes, " bytes are not ", shape_, " of ", from_bytes);
    Tensor<U, Device> out;
    out.shape_ = shape;
    out.storage_ = storage_;
    out.data_ = reinterpret_cast<U*>(data_);
    return out;
  }

  [[nodiscard]] const std::shared_ptr<detail::Node>& node() const { return node_; }

  /// The same elements with another place in the graph.
  [[nodiscard]] Tensor with_node(std::shared_ptr<detail::Node> node) const {
    Tensor out = *this;
    out.node_ = std::move(node);
    return out;
  }

  /// Throws, in the name of `op`, where the values may not be changed in place.
  void require_writable(std::string_view op) const {
    detail::require(defined(), op, "the tensor is undefined");
    detail::require(!(is_grad_enabled() && node_ && !node_->is_leaf()), op,
                    "the result of an operation that needs a gradient cannot be changed in place; "
                    "detach() it, or do it under NoGrad");
  }

  /// True where no other tensor sees these elements.
  [[nodiscard]] bool is_unique() const { return storage_.use_count() == 1; }

 private:
  template <class U, class D>
  friend class Tensor;

  struct Uninitialized {};
  Tensor(const Shape& shape, Uninitialized)
      : shape_(shape), storage_(make_storage(shape)), data_(static_cast<T*>(storage_->data())) {}

  [[nodiscard]] static std::shared_ptr<detail::Storage<Device>> make_storage(const Shape& shape) {
    try {
      return std::make_shared<detail::Storage<Device>>(static_cast<std::size_t>(shape.size()) * sizeof(T));
    } catch (const Error& error) {
      if (error.id() != "allocate") throw;
      detail::fail("allocate", error.facts(), ", a tensor of shape ", shape);
    }
  }

  [[nodiscard]] Index offset(std::initializer_list<Index> indices) const {
    detail::require(defined(), "index", "the tensor is undefined");
    detail::require(static_cast<Index>(indices.size()) == rank(), "index", indices.size(),
                    " indices for a tensor of shape ", shape_);
    Index position = 0, axis = 0;
    for (const Index index : indices) {
      detail::require(index >= 0 && index < shape_[axis], "index", "index ", index, " of axis ", axis,
                      " is outside of ", shape_);
      position = position * shape_[axis++] + index;
    }
    return position;
  }

  Shape shape_;
  std::shared_ptr<detail::Storage<Device>> storage_;
  T* data_ = nullptr;
  std::shared_ptr<detail::Node> node_;
};

}  // namespace EBB_NAMESPACE
