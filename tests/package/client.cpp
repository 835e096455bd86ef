#include <ebb/ebb.hpp>

int main() {
  const ebb::Tensor<float> x = ebb::full<float>({2, 3}, 2.0f);
  return ebb::sum(x).item() == 12.0f ? 0 : 1;
}
