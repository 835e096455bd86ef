#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <dnnl.hpp>

#include "bench.hpp"
#include "ebb/backend/sizes.hpp"

/// Convolution and dense layer of oneDNN 3, for comparison.

namespace bench::onednn {

/// own: every tensor in the layout that oneDNN likes best, as between the layers of a network of its own.
/// plain: row-major tensors in and out, with the reorders in the time.
enum class Layout { own, plain };
inline constexpr std::array layouts{Layout::own, Layout::plain};

/// The competitor in the name of a benchmark.
inline std::string name(Layout layout) { return layout == Layout::own ? "onednn" : "onednn_plain"; }

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

inline std::string version() {
  const dnnl_version_t* const v = dnnl::version();
  return std::to_string(v->major) + '.' + std::to_string(v->minor) + '.' + std::to_string(v->patch);
}

/// A primitive together with its tensors, to be run as often as wanted.
class Operation {
 public:
  Operation(Layout layout, const dnnl::primitive& primitive) : layout_(layout), primitive_(primitive) {}

  void input(int argument, const dnnl::memory::desc& wanted, const dnnl::memory::desc& plain) {
    bind(argument, wanted);
    if (layout_ == Layout::plain && wanted != plain)
      before_.emplace_back(filled(plain), arguments_.at(argument));
  }

  void output(int argument, const dnnl::memory::desc& wanted, const dnnl::memory::desc& plain) {
    bind(argument, wanted);
    if (layout_ == Layout::plain && wanted != plain)
      after_.emplace_back(arguments_.at(argument), filled(plain));
  }

  void operator()() {
    for (const Reorder& reorder : before_) reorder.run(stream_);
    primitive_.execute(stream_, arguments_);
    for (const Reorder& reorder : after_) reorder.run(stream_);
    stream_.wait();
  }

 private:
  struct Reorder {
    Reorder(const dnnl::memory& f, const dnnl::memory& t) : primitive(f, t), from(f), to(t) {}
    void run(const dnnl::stream& stream) const {
      primitive.execute(stream, {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
    }

    dnnl::reorder primitive;
    dnnl::memory from, to;
  };

  void bind(int argument, const dnnl::memory::desc& shape) { arguments_.emplace(argument, filled(shape)); }

  // Pages that nothing was written to would all be one page of zeros, read from the cache.
  [[nodiscard]] static dnnl::memory filled(const dnnl::memory::desc& shape) {
    dnnl::memory memory(shape, engine());
    auto* const values = static_cast<float*>(memory.get_data_handle());
    for (std::size_t i = 0; i < shape.get_size() / sizeof(float); ++i)
      values[i] = static_cast<float>(i % 1024) * 0x1p-10f;
    return memory;
  }

  Layout layout_;
  dnnl::primitive primitive_;
  dnnl::stream stream_{engine()};
  std::unordered_map<int, dnnl::memory> arguments_;
  std::vector<Reorder> before_, after_;
};

namespace detail {

using Dims = dnnl::memory::dims;
using Desc = dnnl::memory::desc;
using Format = dnnl::memory::format_tag;

inline Desc desc(const Dims& dims, Format format) { return {dims, dnnl::memory::data_type::f32, format}; }

// The three passes of a layer differ between layers only in how the primitives are described.
template <class Forward, class InputGradient, class WeightGradient>
Operation operation(Layout layout, Pass pass, const Desc& x, const Desc& w, const Desc& b, const Desc& y,
                    Forward forward, InputGradient input_gradient, WeightGradient weight_gradient) {
  switch (pass) {
    case Pass::forward: {
      const auto pd = forward();
      Operation run(layout, dnnl::primitive(pd.get()));
      run.input(DNNL_ARG_SRC, pd.src_desc(), x);
      run.input(DNNL_ARG_WEIGHTS, pd.weights_desc(), w);
      run.input(DNNL_ARG_BIAS, pd.bias_desc(), b);
      run.output(DNNL_ARG_DST, pd.dst_desc(), y);
      return run;
    }
    case Pass::input_gradient: {
      const auto pd = input_gradient(forward());
      Operation run(layout, dnnl::primitive(pd.get()));
      run.input(DNNL_ARG_DIFF_DST, pd.diff_dst_desc(), y);
      run.input(DNNL_ARG_WEIGHTS, pd.weights_desc(), w);
      run.output(DNNL_ARG_DIFF_SRC, pd.diff_src_desc(), x);
      return run;
    }
    case Pass::weight_gradient:
      break;
  }
  const auto pd = weight_gradient(forward());
  Operation run(layout, dnnl::primitive(pd.get()));
  run.input(DNNL_ARG_DIFF_DST, pd.diff_dst_desc(), y);
  run.input(DNNL_ARG_SRC, pd.src_desc(), x);
  run.output(DNNL_ARG_DIFF_WEIGHTS, pd.diff_weights_desc(), w);
  run.output(DNNL_ARG_DIFF_BIAS, pd.diff_bias_desc(), b);
  return run;
}

}  // namespace detail

inline Operation conv1d(const ebb::Conv1DSizes& s, Pass pass, Layout layout) {
  using detail::desc, detail::Desc, detail::Dims, detail::Format;
  constexpr auto forward_training = dnnl::prop_kind::forward_training;
  constexpr auto algorithm = dnnl::algorithm::convolution_auto;
  const Dims x{s.batch, s.channels, s.length}, y{s.batch, s.filters, s.out_length()}, b{s.filters};
  const Dims w = s.groups == 1 ? Dims{s.filters, s.channels, s.kernel}
                               : Dims{s.groups, s.filters / s.groups, s.channels / s.groups, s.kernel};
  const Dims stride{s.stride}, dilation{s.dilation - 1}, padding{s.padding};
  const Desc any_x = desc(x, Format::any), any_w = desc(w, Format::any), any_b = desc(b, Format::any),
             any_y = desc(y, Format::any);
  using Forward = dnnl::convolution_forward::primitive_desc;
  return detail::operation(
      layout, pass, desc(x, Format::ncw), desc(w, s.groups == 1 ? Format::oiw : Format::goiw),
      desc(b, Format::x), desc(y, Format::ncw),
      [&] {
        return Forward(engine(), forward_training, algorithm, any_x, any_w, any_b, any_y, stride, dilation,
                       padding, padding);
      },
      [&](const Forward& forward) {
        return dnnl::convolution_backward_data::primitive_desc(engine(), algorithm, any_x, any_w, any_y,
                                                               stride, dilation, padding, padding, forward);
      },
      [&](const Forward& forward) {
        return dnnl::convolution_backward_weights::primitive_desc(
            engine(), algorithm, any_x, any_w, any_b, any_y, stride, dilation, padding, padding, forward);
      });
}

inline Operation dense(Index batch, Index in, Index out, Pass pass, Layout layout) {
  using detail::desc, detail::Desc, detail::Dims, detail::Format;
  const Dims x{batch, in}, w{out, in}, b{out}, y{batch, out};
  const Desc any_x = desc(x, Format::any), any_w = desc(w, Format::any), any_b = desc(b, Format::any),
             any_y = desc(y, Format::any);
  using Forward = dnnl::inner_product_forward::primitive_desc;
  return detail::operation(
      layout, pass, desc(x, Format::nc), desc(w, Format::oi), desc(b, Format::x), desc(y, Format::nc),
      [&] { return Forward(engine(), dnnl::prop_kind::forward_training, any_x, any_w, any_b, any_y); },
      [&](const Forward& forward) {
        return dnnl::inner_product_backward_data::primitive_desc(engine(), any_x, any_w, any_y, forward);
      },
      [&](const Forward& forward) {
        return dnnl::inner_product_backward_weights::primitive_desc(engine(), any_x, any_w, any_b, any_y,
                                                                    forward);
      });
}

}  // namespace bench::onednn
