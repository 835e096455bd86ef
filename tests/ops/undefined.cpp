/// Every operation on a tensor that was never given elements is an error that names the operation.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ebb.hpp"

namespace ebb::test {
namespace {

using Call = std::function<void()>;

template <class F>
Call ignoring(F f) {
  return [f] { (void)f(); };
}

}  // namespace

TEST_CASE("undefined tensors: access and structure") {
  Tensor<float> u;
  const Tensor<float> constant;
  const std::vector<std::pair<std::string, Call>> calls{
      {"index", [&] { u() = 1; }},
      {"index", [&] { u() += 1; }},
      {"index", [&] { (void)static_cast<float>(u()); }},
      {"index", [&] { (void)constant(); }},
      {"index", [&] { (void)constant(0, 1); }},
      {"item", ignoring([&] { return u.item(); })},
      {"fill", [&] { u.fill(1); }},
      {"assign", [&] { u.assign(Tensor<float>(Shape{})); }},
      {"assign", [&] { Tensor<float>(Shape{}).assign(u); }},
      {"reshape", ignoring([&] { return u.reshape({1}); })},
      {"reshape", ignoring([&] { return u.reshape({-1}); })},
      {"reshape", ignoring([&] { return u.reshape(Shape{}); })},
      {"slice", ignoring([&] { return u.slice(0, 0); })},
      {"clone", ignoring([&] { return u.clone(); })},
      {"view", ignoring([&] { return u.view({}, 0); })},
      {"reinterpret", ignoring([&] { return u.reinterpret<double>({}); })},
      {"requires_grad", [&] { u.requires_grad(); }},
      {"backward", [&] { u.backward(); }},
      {"backward", [&] { u.backward(u); }},
      {"grad", ignoring([&] { return u.grad(); })},
      {"has_grad", ignoring([&] { return u.has_grad(); })},
      {"zero_grad", [&] { u.zero_grad(); }},
      {"shape", ignoring([&] { return u.shape(0); })},
      {"state", [&] { State().add("u", u); }},
  };
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CAPTURE(i);
    CHECK(error(calls[i].second).starts_with("[" + calls[i].first + "] "));
  }
  CHECK(u.data() == nullptr);
  CHECK(u.mutable_data() == nullptr);
  CHECK(u.span().empty());
  CHECK_FALSE(u.detach().defined());
}

TEST_CASE("undefined tensors: operations") {
  Tensor<float> u;
  const Tensor<std::int32_t> no_labels, labels({2});
  const Tensor<float> x({2, 3}), one({1}), signal({1, 1, 8}), column({3});
  Tensor<float> target({2, 3});
  const std::vector<std::pair<std::string, Call>> calls{
      {"add", ignoring([&] { return u + u; })},
      {"add", ignoring([&] { return x + u; })},
      {"add", ignoring([&] { return u + 1.0f; })},
      {"add", [&] { target += u; }},
      {"add", [&] { u += x; }},
      {"subtract", ignoring([&] { return u - x; })},
      {"subtract", [&] { u -= 1.0f; }},
      {"multiply", ignoring([&] { return u * u; })},
      {"divide", ignoring([&] { return 1.0f / u; })},
      {"negate", ignoring([&] { return -u; })},
      {"map", ignoring([&] { return map(u, [](float v) { return v; }); })},
      {"zip", ignoring([&] { return zip(u, one, [](float a, float) { return a; }); })},
      {"abs", ignoring([&] { return abs(u); })},
      {"sign", ignoring([&] { return sign(u); })},
      {"exp", ignoring([&] { return exp(u); })},
      {"log", ignoring([&] { return log(u); })},
      {"sqrt", ignoring([&] { return sqrt(u); })},
      {"square", ignoring([&] { return square(u); })},
      {"tanh", ignoring([&] { return tanh(u); })},
      {"sigmoid", ignoring([&] { return sigmoid(u); })},
      {"relu", ignoring([&] { return relu(u); })},
      {"leaky_relu", ignoring([&] { return leaky_relu(u); })},
      {"clamp", ignoring([&] { return clamp(u, 0.0f, 1.0f); })},
      {"cast", ignoring([&] { return cast<double>(u); })},
      {"dropout", ignoring([&] { return dropout(u, 0.5, true); })},
      {"sum", ignoring([&] { return sum(u); })},
      {"mean", ignoring([&] { return mean(u); })},
      {"max", ignoring([&] { return max(u); })},
      {"argmax", ignoring([&] { return argmax(u, 0); })},
      {"softmax", ignoring([&] { return softmax(u); })},
      {"log_softmax", ignoring([&] { return log_softmax(u); })},
      {"matmul", ignoring([&] { return matmul(u, x); })},
      {"matmul", ignoring([&] { return matmul(x, u); })},
      {"dense", ignoring([&] { return dense(u, x); })},
      {"dense", ignoring([&] { return dense(x, u); })},
      {"conv1d", ignoring([&] { return conv1d(u, signal); })},
      {"conv1d", ignoring([&] { return conv1d(signal, u); })},
      {"max_pool1d", ignoring([&] { return max_pool1d(u); })},
      {"avg_pool1d", ignoring([&] { return avg_pool1d(u); })},
      {"global_max_pool1d", ignoring([&] { return global_max_pool1d(u); })},
      {"global_avg_pool1d", ignoring([&] { return global_avg_pool1d(u); })},
      {"batch_norm", ignoring([&] { return batch_norm(u, column, column, column, column); })},
      {"batch_norm", ignoring([&] { return batch_norm(x, u, column, column, column); })},
      {"batch_norm", ignoring([&] { return batch_norm(x, column, column, column, u); })},
      {"cross_entropy", ignoring([&] { return cross_entropy(u, labels); })},
      {"cross_entropy", ignoring([&] { return cross_entropy(x, no_labels); })},
      {"nll_loss", ignoring([&] { return nll_loss(u, labels); })},
      {"nll_loss", ignoring([&] { return nll_loss(x, no_labels); })},
      {"mse_loss", ignoring([&] { return mse_loss(u, u); })},
      {"binary_cross_entropy_with_logits", ignoring([&] { return binary_cross_entropy_with_logits(u, u); })},
      {"flatten", ignoring([&] { return flatten(u, 0); })},
      {"narrow", ignoring([&] { return narrow(u, 0, 0, 0); })},
      {"pad", ignoring([&] { return pad(u, 0, {}); })},
      {"concat", ignoring([&] {
         return concat({x, u}, 0);
       })},
      {"stack", ignoring([&] {
         return stack({u, u});
       })},
      {"broadcast_to", ignoring([&] { return broadcast_to(u, {2}); })},
      {"gather_rows", ignoring([&] { return gather_rows(u, labels); })},
      {"gather_rows", ignoring([&] { return gather_rows(x, no_labels); })},
      {"scatter_add_rows", ignoring([&] { return scatter_add_rows(u, labels, 2); })},
      {"scatter_add_rows", ignoring([&] { return scatter_add_rows(x, no_labels, 2); })},
      {"one_hot", ignoring([&] { return one_hot(no_labels, 3); })},
      {"accuracy", ignoring([&] { return metrics::accuracy(u, labels); })},
      {"confusion", [&] { metrics::Confusion(3).add(no_labels, no_labels); }},
      {"dataset", ignoring([&] { return data::Loader<float>(u, labels); })},
      {"dataset", ignoring([&] { return data::Loader<float>(x, no_labels); })},
      {"save_npy", [&] { io::save_npy("nowhere.npy", u); }},
  };
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CAPTURE(i);
    CHECK(error(calls[i].second).starts_with("[" + calls[i].first + "] "));
  }
}

TEST_CASE("undefined tensors: layers") {
  const Tensor<float> u;
  const nn::Sequential<float> model(nn::Conv1D<float>(1, 2, {.kernel = 3}), nn::BatchNorm<float>(2),
                                    nn::MaxPool1D<float>(2), nn::Flatten<float>(), nn::Dropout<float>(0.5),
                                    nn::Dense<float>(4, 2), nn::Softmax<float>());
  for (Index i = 0; i < model.size(); ++i) {
    CAPTURE(i);
    CHECK(error([&] { (void)model[i](u); }) != "nothing thrown");
  }
  CHECK(error([&] { (void)model(u); }).starts_with("[conv1d] layer 0"));
  CHECK(error([&] { (void)nn::optimize_for_inference(model)(u); }) != "nothing thrown");
}

}  // namespace ebb::test
