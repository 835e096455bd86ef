// How fast are the operations on tensors, beside a copy of the memory that they read and write?
//
//     bench_ops                                   matrices of 2,048 x 1,024 floats
//     bench_ops --rows 4 --columns 256            smaller ones
//     bench_ops --benchmark_filter=^gelu/         one operation
//
// Option: --threads 1.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "bench.hpp"
#include "ebb/ebb.hpp"

namespace {

using namespace ebb;

struct Inputs {
  Tensor<float> x, y, row, positive, probabilities;
  Tensor<bool> mask;
  Tensor<std::int32_t> labels;
};

Inputs inputs(Index rows, Index columns) {
  const Tensor<float> x = randn<float>({rows, columns});
  return {.x = x,
          .y = randn<float>({rows, columns}),
          .row = randn<float>({columns}),
          .positive = abs(x) + 0.1f,
          .probabilities = softmax(x, 1),
          .mask = x > 0.0f,
          .labels = randint<std::int32_t>(0, static_cast<std::int32_t>(columns), {rows})};
}

struct Operation {
  std::string name;
  double matrices;  ///< how many of the matrices it reads and writes, at least
  std::function<void(const Inputs&)> run;
};

std::vector<Operation> operations() {
  const auto each = [](auto f) { return [f](const Inputs& in) { (void)f(in.x); }; };
  const auto positive = [](auto f) { return [f](const Inputs& in) { (void)f(in.positive); }; };
  return {
      {"add", 3, [](const Inputs& in) { (void)(in.x + in.y); }},
      {"add_row", 2, [](const Inputs& in) { (void)(in.x + in.row); }},
      {"multiply", 3, [](const Inputs& in) { (void)(in.x * in.y); }},
      {"divide", 3, [](const Inputs& in) { (void)(in.x / in.positive); }},
      {"maximum", 3, [](const Inputs& in) { (void)maximum(in.x, in.y); }},
      {"greater", 2.25, [](const Inputs& in) { (void)(in.x > in.y); }},
      {"where", 3.25, [](const Inputs& in) { (void)where(in.mask, in.x, in.y); }},
      {"masked_fill", 2.25, [](const Inputs& in) { (void)masked_fill(in.x, in.mask, 0.0f); }},
      {"masked_select", 1.75, [](const Inputs& in) { (void)masked_select(in.x, in.mask); }},
      {"abs", 2, each([](const auto& x) { return abs(x); })},
      {"square", 2, each([](const auto& x) { return square(x); })},
      {"clamp", 2, each([](const auto& x) { return clamp(x, -1.0f, 1.0f); })},
      {"round", 2, each([](const auto& x) { return round(x); })},
      {"exp", 2, each([](const auto& x) { return exp(x); })},
      {"expm1", 2, each([](const auto& x) { return expm1(x); })},
      {"log", 2, positive([](const auto& x) { return log(x); })},
      {"log1p", 2, positive([](const auto& x) { return log1p(x); })},
      {"sqrt", 2, positive([](const auto& x) { return sqrt(x); })},
      {"rsqrt", 2, positive([](const auto& x) { return rsqrt(x); })},
      {"pow", 3, [](const Inputs& in) { (void)pow(in.positive, in.y); }},
      {"sin", 2, each([](const auto& x) { return sin(x); })},
      {"cos", 2, each([](const auto& x) { return cos(x); })},
      {"erf", 2, each([](const auto& x) { return erf(x); })},
      {"relu", 2, each([](const auto& x) { return relu(x); })},
      {"leaky_relu", 2, each([](const auto& x) { return leaky_relu(x, 0.1f); })},
      {"elu", 2, each([](const auto& x) { return elu(x); })},
      {"gelu", 2, each([](const auto& x) { return gelu(x); })},
      {"gelu_tanh", 2, each([](const auto& x) { return gelu(x, GeluApproximation::tanh); })},
      {"silu", 2, each([](const auto& x) { return silu(x); })},
      {"softplus", 2, each([](const auto& x) { return softplus(x); })},
      {"sigmoid", 2, each([](const auto& x) { return sigmoid(x); })},
      {"tanh", 2, each([](const auto& x) { return tanh(x); })},
      {"softmax", 2, each([](const auto& x) { return softmax(x, 1); })},
      {"log_softmax", 2, each([](const auto& x) { return log_softmax(x, 1); })},
      {"sum", 1, each([](const auto& x) { return sum(x); })},
      {"sum_rows", 1, each([](const auto& x) { return sum(x, 1); })},
      {"sum_columns", 1, each([](const auto& x) { return sum(x, 0); })},
      {"mean_rows", 1, each([](const auto& x) { return mean(x, 1); })},
      {"var_rows", 1, each([](const auto& x) { return var(x, 1); })},
      {"max_rows", 1, each([](const auto& x) { return max(x, 1); })},
      {"argmax_rows", 1, each([](const auto& x) { return argmax(x, 1); })},
      {"norm_rows", 1, each([](const auto& x) { return norm(x, 1); })},
      {"logsumexp_rows", 1, each([](const auto& x) { return logsumexp(x, 1); })},
      {"prod_rows", 1, each([](const auto& x) { return prod(x, 1); })},
      {"cumsum_rows", 2, each([](const auto& x) { return cumsum(x, 1); })},
      {"sort_rows", 4, each([](const auto& x) { return sort(x, 1); })},
      {"topk_rows", 1, each([](const auto& x) { return topk(x, 10, 1); })},
      {"transpose", 2, each([](const auto& x) { return transpose(x, 0, 1); })},
      {"flip", 2, each([](const auto& x) { return flip(x, 1); })},
      {"roll", 2, each([](const auto& x) { return roll(x, 3, 1); })},
      {"repeat", 3, each([](const auto& x) {
         return repeat(x, {2, 1});
       })},
      {"concat", 4,
       [](const Inputs& in) {
         (void)concat({in.x, in.y}, 1);
       }},
      {"narrow", 1, each([](const auto& x) { return narrow(x, 1, 0, x.shape(1) / 2); })},
      {"tril", 2, each([](const auto& x) { return tril(x); })},
      {"cast_double", 3, each([](const auto& x) { return cast<double>(x); })},
      {"cross_entropy", 1, [](const Inputs& in) { (void)cross_entropy(in.x, in.labels); }},
      {"mse_loss", 2, [](const Inputs& in) { (void)mse_loss(in.x, in.y); }},
      {"l1_loss", 2, [](const Inputs& in) { (void)l1_loss(in.x, in.y); }},
      {"huber_loss", 2, [](const Inputs& in) { (void)huber_loss(in.x, in.y); }},
      {"kl_div", 2, [](const Inputs& in) { (void)kl_div(in.x, in.probabilities); }},
  };
}

}  // namespace

int main(int argc, char** argv) {
  bench::Program program(argc, argv);
  const Index rows = program.number("rows", 2048), columns = program.number("columns", 1024);
  const Inputs in = inputs(rows, columns);
  for (const Operation& operation : operations()) {
    bench::add(operation.name + "/ebb", [operation, &in, rows, columns](auto& state) {
      const double seconds = bench::measure(state, [&] { operation.run(in); });
      const auto matrix = static_cast<double>(rows * columns) * sizeof(float);
      bench::count_bytes(state, operation.matrices * matrix, seconds);
      state.SetLabel("op=" + operation.name + " rows=" + std::to_string(rows) +
                     " columns=" + std::to_string(columns));
    });
  }
  return program.run();
}
