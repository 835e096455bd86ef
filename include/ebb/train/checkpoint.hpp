#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <unistd.h>

#include "ebb/core/copy_state.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/core/random.hpp"
#include "ebb/io/safetensors.hpp"

namespace EBB_NAMESPACE::train {

/// Everything that a training depends on, in one file, from which it goes on as if it had never stopped: to
/// the same bits, where all is added that changes.
///
///     Index epoch = 0;
///     train::Checkpoint checkpoint("run.safetensors");
///     checkpoint.add("model", model).add("optimizer", adam);
///     checkpoint.add("generator", default_generator()).add("epoch", epoch);
///     checkpoint.load();  // where there is a file
///     while (epoch < 100) {
///       ...
///       ++epoch;
///       checkpoint.save();
///     }
///
/// `train::fit` does it by itself: FitOptions::checkpoint. A file is written beside the old one, flushed to
/// the disk and renamed, so whatever happens there is a whole one. It is a safetensors file with a checksum:
/// the tensors of each part under the part's name and a point.
///
/// What is added has to live as long as the checkpoint. Error [checkpoint] for a file that cannot be written,
/// is damaged, or does not fit to the parts, of which none is changed then.
class Checkpoint {
 public:
  explicit Checkpoint(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Something with state(), whose tensors are read and written in place: a model, an optimizer, a schedule.
  /// Where it also has load_state(const State&), that is called instead. Or a Generator, or a number.
  template <class P>
  Checkpoint& add(std::string name, P& part) {
    if constexpr (std::is_same_v<P, Generator>) {
      return add_generator(std::move(name), part);
    } else if constexpr (std::is_arithmetic_v<P>) {
      return add_number(std::move(name), part);
    } else if constexpr (requires(const State& state) { part.load_state(state); }) {
      return add(std::move(name), {[&part] { return part.state(); },
                                   [&part](const State& state) { part.load_state(state); }, false});
    } else {
      return add(std::move(name), {[&part] { return part.state(); },
                                   [&part](const State& state) { copy_state(state, part.state()); }});
    }
  }

  /// Writes the file.
  void save() const {
    State all;
    for (const auto& [name, part] : parts_) all.add_all(name + ".", part.save());
    io::detail::OutputFile file("checkpoint", path_);
    io::detail::write_safetensors(file, "checkpoint", all, {});
    file.flush();
    file.commit();
  }

  /// Brings everything back to where it was when the file was written. False, and nothing changes, where
  /// there is no file.
  bool load() const {
    if (access(path_.c_str(), F_OK) != 0) return false;
    const State file = io::detail::read_safetensors("checkpoint", path_);
    for (const auto& [name, tensor] : file) {
      const std::string part = name.substr(0, name.find('.'));
      ebb::detail::require(
          parts_.end() != std::find_if(parts_.begin(), parts_.end(),
                                       [&](const auto& entry) { return entry.first == part; }),
          "checkpoint", path_, ": tensor \"", name, "\" belongs to no part");
    }
    for (const auto& [name, part] : parts_)
      if (part.fixed)
        (void)ebb::detail::require_fit("checkpoint", path_ + ": " + name + ": ", file.part(name + "."),
                                       part.save());
    // What cannot be checked beforehand comes first: where it fails, the rest is as it was.
    for (const bool fixed : {false, true})
      for (const auto& [name, part] : parts_)
        if (part.fixed == fixed) part.load(file.part(name + "."));
    return true;
  }

 private:
  struct Part {
    std::function<State()> save;
    std::function<void(const State&)> load;
    bool fixed = true;  // it always has the same tensors, so that a file can be checked before it is loaded
  };

  Checkpoint& add(std::string name, Part part) {
    ebb::detail::require(name.find('.') == std::string::npos, "checkpoint", "the part \"", name,
                         "\" has a point in its name");
    for (const auto& [other, known] : parts_)
      ebb::detail::require(other != name, "checkpoint", "there are two parts \"", name, '"');
    parts_.emplace_back(std::move(name), std::move(part));
    return *this;
  }

  // A part that is kept as one tensor, which `read` makes and `write` takes back.
  template <class E>
  Checkpoint& add_tensor(std::string name, std::function<Tensor<E>()> read,
                         std::function<void(const Tensor<E>&)> write) {
    const auto save = [read] {
      State state;
      state.add("value", read());
      return state;
    };
    return add(std::move(name), {save, [write](const State& file) { write(file.template get<E>("value")); }});
  }

  template <class P>
  Checkpoint& add_number(std::string name, P& number) {
    using E = std::conditional_t<std::is_floating_point_v<P>, double, std::int64_t>;
    return add_tensor<E>(
        std::move(name), [&number] { return full<E>(Shape{}, static_cast<E>(number)); },
        [&number](const Tensor<E>& value) { number = static_cast<P>(value.item()); });
  }

  Checkpoint& add_generator(std::string name, Generator& generator) {
    return add_tensor<std::uint64_t>(
        std::move(name),
        [&generator] {
          const Generator::State state = generator.state();
          return tensor<std::uint64_t>({state.seed, state.next_stream});
        },
        [&generator](const Tensor<std::uint64_t>& words) {
          generator.set_state({.seed = words.at(0), .next_stream = words.at(1)});
        });
  }

  std::string path_;
  std::vector<std::pair<std::string, Part>> parts_;
};

}  // namespace EBB_NAMESPACE::train
