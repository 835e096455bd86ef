// Weights from PyTorch: which constants they belong to, their names, and a look at whether all arrived. In
// Python, `save_file(model.state_dict(), "pytorch.safetensors")` writes such a file; here it is made first.
#include <ebb/ebb.hpp>

#include <cstdio>
#include <iostream>
#include <string>

using namespace ebb;

// As torch.nn.DataParallel names the layers, in double, with one that the model here does not have.
void write_file() {
  State file;
  file.add("module.conv.weight", rand<double>({4, 1, 3}));
  file.add("module.conv.bias", rand<double>({4}));
  for (const char* name : {"weight", "bias", "running_mean", "running_var"})
    file.add(std::string("module.norm.") + name, rand<double>({4}));
  file.add("module.norm.num_batches_tracked", full<std::int64_t>({}, 100));
  file.add("module.head.weight", rand<double>({2, 4}));
  file.add("module.head.bias", rand<double>({2}));
  file.add("module.teacher.weight", rand<double>({2, 4}));
  io::save_safetensors("tour_pytorch.safetensors", file);
}

struct Model : nn::Module<float> {
  Tensor<float> forward(const Tensor<float>& x) const override { return head(mean(relu(norm(conv(x))), 2)); }
  nn::Members<float> members() override { return {{"conv", conv}, {"norm", norm}, {"head", head}}; }
  nn::Conv1D<float> conv{1, 4, {.kernel = 3}};
  // The names are PyTorch's, the defaults Keras's: without this the results would be others, in silence.
  nn::BatchNorm<float> norm{4, BatchNormOptions::pytorch()};
  nn::Dense<float> head{4, 2};
};

int main() {
  manual_seed(9);
  write_file();
  Model model;
  const CopyStateReport report =
      io::load_safetensors("tour_pytorch.safetensors", model.state(),
                           {.convert = true, .partial = true, .rename = [](const std::string& name) {
                              return name.substr(std::string("module.").size());
                            }});
  std::cout << report;
  std::remove("tour_pytorch.safetensors");
  if (!report.missing.empty() || !report.misfits.empty()) return 1;

  model.eval();  // as in PyTorch: running statistics instead of the batch's
  std::cout << model << '\n' << model(ones<float>({1, 1, 8})) << '\n';

  // To go on with the training: PyTorch's epsilon.
  const optim::Adam<float> adam(model.parameters(), optim::AdamOptions::pytorch());
  std::cout << "learning rate " << adam.learning_rate() << '\n';
}
