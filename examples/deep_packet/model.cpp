#include "deep_packet/model.hpp"

#include <ebb/nn/activation.hpp>
#include <ebb/nn/batch_norm.hpp>
#include <ebb/nn/conv1d.hpp>
#include <ebb/nn/dense.hpp>
#include <ebb/nn/dropout.hpp>
#include <ebb/nn/flatten.hpp>
#include <ebb/nn/pool.hpp>

#include <string>

#include "traffic/dataset_format.hpp"
#include "traffic/json_fields.hpp"
#include "traffic/packet_vector.hpp"

namespace deep_packet {
namespace {

namespace nn = ebb::nn;
using Json = nlohmann::ordered_json;

constexpr ebb::Index kPool = 2;
constexpr ebb::Index kLength = traffic::packet_vector_length;
constexpr ebb::Index kWidest = 1'000'000;  // layer that a file can ask for

ebb::Index length_after(ebb::Index length, const ConvolutionOptions& convolution) {
  if (convolution.filters < 1 || convolution.kernel < 1 || convolution.stride < 1) {
    throw ebb::Error("cnn", "a convolution of " + std::to_string(convolution.filters) + " filters, kernel " +
                                std::to_string(convolution.kernel) + ", stride " +
                                std::to_string(convolution.stride) + ": expected at least 1 each");
  }
  if (length < convolution.kernel) {
    throw ebb::Error("cnn", "a filter of " + std::to_string(convolution.kernel) + " taps does not fit into " +
                                std::to_string(length) + " samples");
  }
  return (length - convolution.kernel) / convolution.stride + 1;
}

Json to_json(const ConvolutionOptions& convolution) {
  return {{"filters", convolution.filters}, {"kernel", convolution.kernel}, {"stride", convolution.stride}};
}

ConvolutionOptions convolution_from_json(const Json& json) {
  return {.filters = traffic::json::whole_number(json, "filters", 1, kWidest),
          .kernel = traffic::json::whole_number(json, "kernel", 1, kLength),
          .stride = traffic::json::whole_number(json, "stride", 1, kLength)};
}

}  // namespace

CnnOptions paper_cnn(traffic::Task task, ebb::Index classes) {
  if (task == traffic::Task::application) {
    return {.first = {.filters = 200, .kernel = 4, .stride = 3},
            .second = {.filters = 200, .kernel = 5, .stride = 1},
            .classes = classes};
  }
  return {.first = {.filters = 200, .kernel = 5, .stride = 3},
          .second = {.filters = 200, .kernel = 4, .stride = 3},
          .classes = classes};
}

template <class D>
nn::Sequential<float, D> build(const CnnOptions& options) {
  nn::Sequential<float, D> model;
  ebb::Index channels = 1, length = options.length;
  for (const ConvolutionOptions& convolution : {options.first, options.second}) {
    length = length_after(length, convolution);
    model.add(nn::Conv1D<float, D>(channels, convolution.filters,
                                   {.kernel = convolution.kernel, .stride = convolution.stride}));
    model.add(nn::BatchNorm<float, D>(convolution.filters));
    model.add(nn::ReLU<float, D>());
    channels = convolution.filters;
  }
  length = length_after(length, {.filters = channels, .kernel = kPool, .stride = kPool});
  model.add(nn::MaxPool1D<float, D>(kPool));
  model.add(nn::Flatten<float, D>());
  ebb::Index width = channels * length;
  for (const ebb::Index next : options.dense) {
    model.add(nn::Dense<float, D>(width, next));
    model.add(nn::ReLU<float, D>());
    model.add(nn::Dropout<float, D>(options.dropout));
    width = next;
  }
  model.add(nn::Dense<float, D>(width, options.classes));
  return model;
}

template nn::Sequential<float> build(const CnnOptions& options);

double parameter_count(const CnnOptions& options) {
  const auto real = [](ebb::Index number) { return static_cast<double>(number); };
  double count = 0;
  ebb::Index channels = 1, length = options.length;
  for (const ConvolutionOptions& convolution : {options.first, options.second}) {
    length = length_after(length, convolution);
    count += real(convolution.filters) * (real(channels) * real(convolution.kernel) + 1);  // with the bias
    count += 4 * real(convolution.filters) + 1;  // scale, shift, running mean and variance, number of batches
    channels = convolution.filters;
  }
  length = length_after(length, {.filters = channels, .kernel = kPool, .stride = kPool});
  double width = real(channels) * real(length);
  for (const ebb::Index next : options.dense) {
    count += real(next) * (width + 1);
    width = real(next);
  }
  return count + real(options.classes) * (width + 1);
}

Json to_json(const CnnOptions& options) {
  return {{"first", to_json(options.first)}, {"second", to_json(options.second)},
          {"dense", options.dense},          {"dropout", options.dropout},
          {"length", options.length},        {"classes", options.classes}};
}

CnnOptions cnn_from_json(const Json& json) {
  using traffic::json::member;
  using traffic::json::whole_number;
  return {.first = convolution_from_json(member(json, "first")),
          .second = convolution_from_json(member(json, "second")),
          .dense = traffic::json::whole_numbers(member(json, "dense"), "dense", 1, kWidest),
          .dropout = traffic::json::real_number(json, "dropout", 0, 1),
          .length = whole_number(json, "length", 1, kLength),
          .classes = whole_number(json, "classes", 1, traffic::most_classes)};
}

}  // namespace deep_packet
