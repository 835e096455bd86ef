#pragma once

#include <ebb/nn/sequential.hpp>

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "traffic/labels.hpp"

namespace deep_packet {

/// A convolution of the network, without padding.
struct ConvolutionOptions {
  ebb::Index filters = 0;
  ebb::Index kernel = 0;
  ebb::Index stride = 1;
};

/// Deep Packet's CNN: two times convolution, batch normalization and ReLU; max pooling of size 2; Dense, ReLU
/// and dropout for every width in `dense`; Dense to the classes. It gives logits: softmax is part of the
/// loss. Initial weights, epsilon and momentum are Keras' defaults, which are the library's too.
struct CnnOptions {
  ConvolutionOptions first;
  ConvolutionOptions second;
  std::vector<ebb::Index> dense = {200, 100, 50};
  double dropout = 0.05;
  ebb::Index length = 1500;  ///< bytes of an input
  ebb::Index classes = 0;
};

/// What the paper chose for a task (its table 2).
CnnOptions paper_cnn(traffic::Task task, ebb::Index classes);

/// The network (N, 1, length) -> (N, classes), with weights drawn from the default generator. Throws
/// ebb::Error "cnn" where the input is too short for the filters or a size makes no sense.
template <class D = ebb::Cpu>
ebb::nn::Sequential<float, D> build(const CnnOptions& options);

extern template ebb::nn::Sequential<float> build(const CnnOptions& options);

/// How many numbers the state of such a network has, before anybody builds it: real, as options that come
/// from a file may be too large for an integer. Throws as build does.
double parameter_count(const CnnOptions& options);

nlohmann::ordered_json to_json(const CnnOptions& options);
/// Throws ebb::Error "json" where a member is missing or out of range (json_fields.hpp).
CnnOptions cnn_from_json(const nlohmann::ordered_json& json);

}  // namespace deep_packet
