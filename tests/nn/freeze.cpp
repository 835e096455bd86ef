#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/mse_loss.hpp"
#include "ebb/optim/adam.hpp"

namespace {

namespace nn = ebb::nn;
using ebb::test::values;

template <class X>
using Model = nn::Sequential<typename X::value_type, typename X::device_type>;

template <class X>
Model<X> two_parts() {
  using T = typename X::value_type;
  using D = typename X::device_type;
  return Model<X>(Model<X>(nn::Dense<T, D>(3, 4), nn::BatchNorm<T, D>(4), nn::Dropout<T, D>(0.5)),
                  nn::Dense<T, D>(4, 2));
}

template <class X>
void step(const Model<X>& model, ebb::optim::Adam<typename X::value_type, typename X::device_type>& adam) {
  adam.zero_grad();
  const X y = model(ebb::test::uniform<X>({6, 3}, -1, 1));
  mse_loss(y, X(y.shape())).backward();
  adam.step();
}

// Every tensor of a module's state as bytes.
template <class M>
std::vector<std::vector<std::byte>> bits(const M& module) {
  std::vector<std::vector<std::byte>> all;
  for (const auto& [name, tensor] : module.state()) {
    all.emplace_back(tensor.bytes());
    tensor.copy_to_host(all.back().data());
  }
  return all;
}

}  // namespace

TEST_CASE_TEMPLATE("freeze: the bits stay, with running statistics, whatever trains the rest", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Model<X> model = two_parts<X>();
  ebb::optim::Adam<T, D> made_before(model.parameters());
  step<X>(model, made_before);
  model[0].freeze();
  CHECK(model[0].is_frozen());
  CHECK(!model.is_frozen());
  CHECK(model.parameters().size() == 2);
  CHECK(model.state().size() == 9);
  const auto frozen = bits(model[0]), rest = bits(model[1]);
  ebb::optim::Adam<T, D> made_after(model.parameters());
  model.train();
  CHECK(model.is_training());
  CHECK(!model[0].is_training());
  made_before.zero_grad();
  for (int i = 0; i < 3; ++i) {
    step<X>(model, made_before);
    step<X>(model, made_after);
  }
  CHECK(bits(model[0]) == frozen);
  CHECK(bits(model[1]) != rest);

  Model<X> twin = model.clone();
  CHECK(twin.parameters().size() == 2);

  model[0].unfreeze();
  CHECK(model.parameters().size() == 6);
  CHECK(model[0].is_training());
  step<X>(model, made_before);  // which knows the parameters from before
  CHECK(bits(model[0]) != frozen);

  CHECK(bits(twin[0]) == frozen);
  twin[0].unfreeze();
  ebb::optim::Adam<T, D> of_twin(twin.parameters());
  const auto trained = bits(model);
  step<X>(twin, of_twin);
  CHECK(bits(twin[0]) != frozen);
  CHECK(bits(model) == trained);
}

TEST_CASE("freeze: twice is once, and all can be frozen") {
  auto model = two_parts<ebb::Tensor<float>>();
  model[0].freeze();
  model.freeze();
  model.freeze();
  CHECK(model.parameters().empty());
  model.unfreeze();
  CHECK(model.parameters().size() == 6);
}
