#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "ebb/nn/detail/call_observer.hpp"
#include "ebb/nn/module.hpp"

namespace EBB_NAMESPACE::nn {

/// What summary found; printed as a table.
struct Summary {
  struct Row {
    std::string layer;           ///< what the layer says about itself
    Index depth = 0;             ///< how many layers it is inside of
    std::vector<Shape> outputs;  ///< of the tensors in its result, one as a rule
    /// In tensors of its own, without the layers inside of it; 0 when it is called again.
    Index parameters = 0;
  };

  std::vector<Row> rows;  ///< in the order of the calls
  Index trainable = 0;    ///< parameters
  Index other = 0;        ///< elements of running statistics and frozen weights
  std::size_t bytes = 0;  ///< of both
};

namespace detail {

/// Writes down the calls of a model's layers.
template <class T, class D>
class SummaryObserver final : public CallObserver<T, D> {
 public:
  explicit SummaryObserver(Summary& summary) : rows_(summary.rows) {}

  void enter(const AnyModule<T, D>& layer) override {
    Index parameters = 0;
    if (std::find(seen_.begin(), seen_.end(), &layer) == seen_.end()) {
      for (const Member<T, D>& member : layer.all_members())
        if (member.tensor && member.name.find('.') == std::string::npos) parameters += member.tensor->size();
      seen_.push_back(&layer);
    }
    open_.push_back(rows_.size());
    rows_.push_back({layer.describe(), static_cast<Index>(open_.size()) - 1, {}, parameters});
  }

  void leave(const std::vector<Shape>& results) override {
    rows_[open_.back()].outputs = results;
    open_.pop_back();
  }

 private:
  std::vector<Summary::Row>& rows_;
  std::vector<const AnyModule<T, D>*> seen_;
  std::vector<std::size_t> open_;  // rows of the calls that have not returned
};

}  // namespace detail

/// The layers of a model as they are called for an input of the given shape (batch included), with the shapes
/// of their results and their numbers of parameters.
///
///     std::cout << summary(model, {1, 1, 1500});
///
/// It runs the model on zeros, in evaluation mode and without recording gradients, so it is right for layers
/// of any class; the model itself stays as it is. Throws what the layers throw for that shape.
template <class M>
[[nodiscard]] Summary summary(const M& model, const Shape& input) {
  return summary(model, zeros<typename M::value_type, typename M::device_type>(input));
}

/// The same for a model with any inputs: those are given.
///
///     std::cout << summary(encoder, zeros<float>({8, 100, 4}), lengths);
template <class M, class... Inputs>
[[nodiscard]] Summary summary(const M& model, const Inputs&... inputs) {
  using T = typename M::value_type;
  using D = typename M::device_type;
  const NoGrad guard;
  M copy = model;  // shares the tensors, and has a mode of its own
  copy.eval();
  Summary summary;
  detail::SummaryObserver<T, D> observer(summary);
  {
    const detail::Observe<T, D> observing(observer);
    (void)copy(inputs...);
  }
  for (const Tensor<T, D>& parameter : copy.parameters()) summary.trainable += parameter.size();
  for (const Member<T, D>& member : copy.all_members())
    if (member.tensor && !member.tensor->needs_grad()) summary.other += member.tensor->size();
  summary.bytes = static_cast<std::size_t>(summary.trainable + summary.other) * sizeof(T);
  return summary;
}

namespace detail {

/// 1234567 as "1,234,567".
inline std::string with_commas(Index number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

inline std::string shapes_text(const std::vector<Shape>& shapes) {
  std::string text;
  for (const Shape& shape : shapes) text += (text.empty() ? "" : ", ") + ebb::detail::text(shape);
  return text;
}

}  // namespace detail

inline std::ostream& operator<<(std::ostream& out, const Summary& summary) {
  std::vector<std::vector<std::string>> lines{{"layer", "output shape", "parameters"}};
  for (const Summary::Row& row : summary.rows) {
    lines.push_back({std::string(2 * static_cast<std::size_t>(row.depth), ' ') + row.layer,
                     detail::shapes_text(row.outputs),
                     row.parameters ? detail::with_commas(row.parameters) : ""});
  }
  std::size_t width[3] = {};
  for (const auto& line : lines)
    for (std::size_t i = 0; i < 3; ++i) width[i] = std::max(width[i], line[i].size());
  const std::string rule(width[0] + width[1] + width[2] + 4, '-');
  for (const auto& line : lines) {
    out << line[0] << std::string(width[0] - line[0].size() + 2, ' ') << line[1]
        << (line[2].empty() ? ""
                            : std::string(width[1] - line[1].size() + 2 + width[2] - line[2].size(), ' '))
        << line[2] << '\n';
    if (&line == &lines.front()) out << rule << '\n';
  }
  return out << rule << '\n'
             << "trainable parameters: " << detail::with_commas(summary.trainable)
             << ", not trainable: " << detail::with_commas(summary.other)
             << ", bytes: " << detail::with_commas(static_cast<Index>(summary.bytes)) << '\n';
}

}  // namespace EBB_NAMESPACE::nn
