#include "ebb/train/progress.hpp"

#include <sstream>
#include <string>

#include <doctest/doctest.h>

using ebb::train::Progress;
using ebb::train::detail::clock_text;
using ebb::train::detail::progress_text;

TEST_CASE("progress tells the rate and the time left") {
  CHECK(progress_text(120, 400, 2, "batches") == "120/400 batches  60/s  0:05 left");
  CHECK(progress_text(3, 1000, 2, "") == "3/1000  1.5/s  11:05 left");
  CHECK(progress_text(120, 0, 2, "packets") == "120 packets  60/s");
  CHECK(progress_text(0, 400, 0, "batches") == "0/400 batches");
  CHECK(clock_text(9.6) == "0:10");
  CHECK(clock_text(3675) == "1:01:15");
}

TEST_CASE("progress off a terminal is one line at the end") {
  std::ostringstream out;
  {
    Progress progress("epoch 1/2", 10, {.out = &out, .terminal = false});
    for (int i = 0; i < 10; ++i) progress.advance(1, "loss 1");
    CHECK(out.str().empty());
    progress.finish("loss 0.5");
  }
  CHECK(out.str() == "epoch 1/2  loss 0.5\n");
}

TEST_CASE("progress on a terminal is written over") {
  std::ostringstream out;
  {
    Progress progress("epoch 1/2", 1000, {.out = &out, .terminal = true});
    for (int i = 0; i < 1000; ++i) progress.advance(1, "loss 1");
    CHECK(out.str().rfind("\r\033[Kepoch 1/2  1/1000", 0) == 0);
    CHECK(out.str().size() < 1000);  // not drawn at every step
    progress.finish("loss 0.5");
  }
  const std::string end = "\r\033[Kepoch 1/2  loss 0.5\n";
  CHECK(out.str().substr(out.str().size() - end.size()) == end);
}

TEST_CASE("progress that does not come to its end leaves no line, and none is drawn without a stream") {
  std::ostringstream out;
  { Progress(std::string("work"), 3, {.out = &out, .terminal = true}).advance(1); }
  CHECK(out.str().substr(out.str().size() - 4) == "\r\033[K");
  Progress silent("work", 3, {.out = nullptr, .terminal = true});
  silent.advance(1);
  silent.finish("done");
}
