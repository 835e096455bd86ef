#include "ebb/train/checkpoint.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/optim/schedule.hpp"
#include "ebb/train/early_stopping.hpp"
#include "train/resumed.hpp"

namespace {

namespace fs = std::filesystem;
using ebb::Index;
using ebb::State;
using ebb::test::error;
using ebb::test::outcome;
using ebb::test::Resumed;
using ebb::test::train_resumed;
using ebb::test::values;
using ebb::train::Checkpoint;
using Model = ebb::nn::Sequential<float>;

/// A path in the folder for temporary files, at which there is nothing before and after a test.
class TemporaryPath {
 public:
  TemporaryPath()
      : path_((fs::temp_directory_path() / ("ebb_checkpoint_" + std::to_string(getpid()) + ".safetensors"))
                  .string()) {
    fs::remove(path_);
  }
  ~TemporaryPath() { fs::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

bool same(const State& a, const State& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a) {
    const ebb::AnyTensor* const other = b.find(name);
    if (!other || other->bytes() != tensor.bytes()) return false;
    std::vector<std::byte> left(tensor.bytes()), right(tensor.bytes());
    tensor.copy_to_host(left.data());
    other->copy_to_host(right.data());
    if (left != right) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("checkpoint: everything comes back") {
  const TemporaryPath file;
  ebb::nn::Dense<float> layer(2, 3);
  ebb::optim::Adam<float> adam(layer.parameters());
  const auto schedule = ebb::optim::reduce_on_plateau({.from = 1, .factor = 0.5, .patience = 1});
  ebb::train::EarlyStopping stopping;
  ebb::Generator generator(5);
  Index epoch = 0;
  double loss = 0;
  Checkpoint checkpoint(file.path());
  checkpoint.add("model", layer).add("optimizer", adam).add("schedule", schedule).add("stopping", stopping);
  checkpoint.add("generator", generator).add("epoch", epoch).add("loss", loss);
  CHECK(!checkpoint.load());

  const auto step = [&] {
    adam.zero_grad();
    ebb::sum(layer(ebb::randn<float>({4, 2}, generator))).backward();
    adam.step();
    adam.set_learning_rate(adam.learning_rate() * 0.9);
    schedule.observe(1);
    stopping.update(1.0 / static_cast<double>(++epoch), layer.state());
    loss += 0.1;
  };
  step();
  step();
  checkpoint.save();
  step();
  const auto expected = values(layer.weight);
  const double rate = adam.learning_rate(), scheduled = schedule(0);
  step();
  CHECK(checkpoint.load());
  CHECK(epoch == 2);
  CHECK(stopping.best_epoch() == 2);
  CHECK(schedule(0) == 0.5);
  step();
  CHECK(values(layer.weight) == expected);
  CHECK(adam.learning_rate() == rate);
  CHECK(schedule(0) == scheduled);
  CHECK(loss == 0.1 + 0.1 + 0.1);
  stopping.restore(layer.state());
  CHECK(values(layer.weight) == expected);
}

TEST_CASE("checkpoint: a file that does not fit changes nothing") {
  const TemporaryPath file;
  ebb::nn::Dense<float> layer(2, 3), wide(2, 4);
  Index epoch = 7;
  Checkpoint(file.path()).add("model", layer).add("epoch", epoch).save();

  Index other = 1;
  Checkpoint of_wide(file.path());
  of_wide.add("epoch", other).add("model", wide);
  const auto before = values(wide.weight);
  CHECK(error([&] { (void)of_wide.load(); }) ==
        "[checkpoint] " + file.path() + ": model: tensor \"weight\": expected F32 (4, 2), found F32 (3, 2)");
  CHECK(other == 1);
  CHECK(values(wide.weight) == before);

  CHECK(error([&] { (void)Checkpoint(file.path()).add("model", layer).load(); }) ==
        "[checkpoint] " + file.path() + ": tensor \"epoch.value\" belongs to no part");
  CHECK(error([&] { Checkpoint("x").add("a", layer).add("a", wide); }) ==
        "[checkpoint] there are two parts \"a\"");
  CHECK(error([&] { Checkpoint("x").add("a.b", layer); }) ==
        "[checkpoint] the part \"a.b\" has a point in its name");
  CHECK(error([&] { Checkpoint("/nowhere/x").add("model", layer).save(); }) ==
        "[checkpoint] /nowhere/x: No such file or directory");

  std::fstream damaged(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(-3, std::ios::end);
  damaged.put('?');
  damaged.close();
  CHECK(error([&] { (void)of_wide.load(); }).find("checksum") != std::string::npos);
}

TEST_CASE("fit: stopped after any step and resumed, it ends with the same bits") {
  const TemporaryPath file;
  Model model;
  for (const bool own_generator : {false, true}) {
    const State expected = outcome(model, train_resumed(model, {.own_generator = own_generator})).clone();
    for (int steps = 1; steps < 4 * 5; ++steps) {
      int asked = 0;
      Resumed resumed{.checkpoint = file.path(), .own_generator = own_generator, .stop = [&] {
                        return ++asked == steps;
                      }};
      CHECK(train_resumed(model, resumed).interrupted);
      resumed.stop = {};
      CHECK(same(outcome(model, train_resumed(model, resumed)), expected));
      // One that has ended stays as it is.
      CHECK(same(outcome(model, train_resumed(model, resumed)), expected));
      fs::remove(file.path());
    }
  }
}

TEST_CASE("fit: a checkpoint of another training is an error, and it can be begun anew") {
  const TemporaryPath file;
  Model model;
  (void)train_resumed(model, {.epochs = 1, .checkpoint = file.path()});
  const auto [x, y] = std::pair(ebb::randn<float>({16, 8}), ebb::zeros<std::int32_t>({16}));
  ebb::optim::Adam<float> adam(model.parameters());
  const ebb::data::Loader<float> training(x, y, {.batch_size = 4});
  CHECK(error([&] {
          (void)ebb::train::fit(
              model, adam, training,
              {.checkpoint = ebb::train::CheckpointOptions{.path = file.path(), .resume = true},
               .progress = {.out = nullptr}});
        }).find("belongs to no part") != std::string::npos);
  const auto history = ebb::train::fit(model, adam, training,
                                       {.epochs = 2,
                                        .checkpoint = ebb::train::CheckpointOptions{.path = file.path()},
                                        .progress = {.out = nullptr}});
  CHECK(history.epochs.size() == 2);
  const ebb::data::Loader<float> longer(x, y, {.batch_size = 2});
  CHECK(error([&] {
          (void)ebb::train::fit(
              model, adam, longer,
              {.checkpoint = ebb::train::CheckpointOptions{.path = file.path(), .resume = true},
               .progress = {.out = nullptr}});
        }) == "[checkpoint] " + file.path() + ": expected epochs of 8 batches, found 4");
}
