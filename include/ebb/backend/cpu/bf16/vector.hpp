#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ebb/backend/cpu/bf16/block.hpp"

/// The functions of a kernel, written with the compiler's vector types. They are inlined into functions with
/// a target attribute, which decides the instructions; `Ops` says what an instruction set does better.
/// Vectors are passed by reference: by value they would be part of a calling convention that the target
/// changes.

namespace EBB_NAMESPACE::cpu::bf16 {

template <int Bytes>
struct VectorTypes {
  using Floats [[gnu::vector_size(Bytes)]] = float;
  using Bits [[gnu::vector_size(Bytes)]] = std::uint32_t;
  using Halves [[gnu::vector_size(Bytes / 2)]] = std::uint16_t;
};

/// Arithmetic in floats, in vectors of so many bytes: for every processor.
template <int Bytes>
struct FloatOps {
  using Floats = typename VectorTypes<Bytes>::Floats;
  using Bits = typename VectorTypes<Bytes>::Bits;
  using Halves = typename VectorTypes<Bytes>::Halves;
  static constexpr int lanes = Bytes / 4;
  static constexpr int rows = Bytes == 64 ? 8 : Bytes == 32 ? 4 : 2;  // of a register tile
  static constexpr int vectors = Bytes == 64 ? 2 : 64 / Bytes;        // of it
  static_assert(max_rows % rows == 0);

  [[gnu::always_inline]] static void dot(Floats& sum, const Pair& a, const Bits& b) {
    constexpr Bits zero{};
    const Bits left = a + zero, low = left << 16, high = left & 0xffff0000u;
    const Bits b_low = b << 16, b_high = b & 0xffff0000u;
    sum += reinterpret_cast<Floats>(low) * reinterpret_cast<Floats>(b_low);
    sum += reinterpret_cast<Floats>(high) * reinterpret_cast<Floats>(b_high);
  }

  /// To nearest, ties to even; the result is in the upper halves. A NaN stays one.
  [[gnu::always_inline]] static void round(Bits& word) {
    const Bits is_nan = reinterpret_cast<Bits>((word & 0x7fffffffu) > 0x7f800000u);
    const Bits rounded = word + 0x7fffu + ((word >> 16) & 1u);
    word = (is_nan & (word | 0x400000u)) | (~is_nan & rounded);
  }

  [[gnu::always_inline]] static void load(const float* x, Bits& upper) {
    std::memcpy(&upper, x, sizeof upper);
    round(upper);
  }

  [[gnu::always_inline]] static void interleave(const float* even, const float* odd, Pair* out) {
    Bits low, high;
    load(even, low);
    load(odd, high);
    const Bits pairs = (low >> 16) | (high & 0xffff0000u);
    std::memcpy(out, &pairs, sizeof pairs);
  }

  /// 2 * lanes numbers to pairs of neighbours.
  [[gnu::always_inline]] static void round_neighbours(const float* x, Pair* out) {
    for (int half = 0; half < 2; ++half) {
      Bits upper;
      load(x + half * lanes, upper);
      const Halves halves = __builtin_convertvector(upper >> 16, Halves);
      std::memcpy(reinterpret_cast<char*>(out) + half * Bytes / 2, &halves, sizeof halves);
    }
  }
};

template <class Ops, int R, int V>
[[gnu::always_inline]] inline void run_rows(const Block& t, Index row, Index column) {
  using Floats = typename Ops::Floats;
  using Bits = typename Ops::Bits;
  float* y[V];
  Index place[V];  // in a row of b
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    const Index first = column + v * Ops::lanes, half = first / tile_size, lane = first % tile_size;
    y[v] = t.y + row * t.y_row + half * t.y_next + lane;
    place[v] = half * t.b_next + lane;
  }
  Floats sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      if (t.add) {
        std::memcpy(&sum[r][v], y[v] + r * t.y_row, sizeof(Floats));
      } else {
        sum[r][v] = Floats{};
      }
    }
  }
  const Tile* a_tile = t.a + row / tile_size * t.a_next;
  for (Index step = 0; step < t.steps; ++step, ++a_tile) {
    const Pair* a = a_tile->pairs + row % tile_size * tile_size;
    const Pair* b = t.b + t.offsets[step];
    for (Index p = 0; p < t.depth; ++p, ++a, b += t.b_row) {
      Bits columns[V];
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) std::memcpy(&columns[v], b + place[v], sizeof(Bits));
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) Ops::dot(sum[r][v], a[r * tile_size], columns[v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) std::memcpy(y[v] + r * t.y_row, &sum[r][v], sizeof(Floats));
  }
}

template <class Ops, int V>
[[gnu::always_inline]] inline void run_columns(const Block& t, Index column) {
  for (Index row = 0; row < t.rows;) {
    if (t.rows - row > single_rows) {
      run_rows<Ops, Ops::rows, V>(t, row, column);
      row += Ops::rows;
    } else {
      run_rows<Ops, 1, V>(t, row++, column);
    }
  }
}

template <class Ops>
[[gnu::always_inline]] inline void run_block(const Block& t) {
  constexpr int width = Ops::vectors * Ops::lanes;
  for (Index column = 0; column < t.columns;) {
    if constexpr (width > tile_size) {
      if (t.columns - column <= tile_size) {
        run_columns<Ops, Ops::vectors / 2>(t, column);
        return;
      }
    }
    run_columns<Ops, Ops::vectors>(t, column);
    column += width;
  }
}

template <class Ops>
[[gnu::always_inline]] inline void interleave(const float* even, const float* odd, Index count, Pair* out) {
  Index i = 0;
  for (; i + Ops::lanes <= count; i += Ops::lanes) Ops::interleave(even + i, odd + i, out + i);
  for (; i < count; ++i)
    out[i] = static_cast<Pair>(bfloat16(even[i]).bits) | static_cast<Pair>(bfloat16(odd[i]).bits) << 16;
}

template <class Ops>
[[gnu::always_inline]] inline void round(const float* x, Index count, Pair* out, Index distance) {
  for (Index i = 0; i < count; i += step_size, x += step_size, out += distance)
    for (Index p = 0; p < tile_size; p += Ops::lanes) Ops::round_neighbours(x + 2 * p, out + p);
}

template <class V, std::size_t... I>
[[gnu::always_inline]] inline void interleave_quads(const V& a, const V& b, V& low, V& high,
                                                    std::index_sequence<I...>) {
  constexpr std::size_t lanes = sizeof...(I);
  low = __builtin_shufflevector(a, b, (I / 4 * 4 + I % 4 / 2 + I % 2 * lanes)...);
  high = __builtin_shufflevector(a, b, (I / 4 * 4 + 2 + I % 4 / 2 + I % 2 * lanes)...);
}

/// v[i][4 g + j] becomes v[j][4 g + i].
template <class V>
[[gnu::always_inline]] inline void transpose_quads(V (&v)[4]) {
  constexpr auto lanes = std::make_index_sequence<sizeof(V) / 4>{};
  V low02, high02, low13, high13;
  interleave_quads(v[0], v[2], low02, high02, lanes);
  interleave_quads(v[1], v[3], low13, high13, lanes);
  interleave_quads(low02, low13, v[0], v[1], lanes);
  interleave_quads(high02, high13, v[2], v[3], lanes);
}

[[gnu::always_inline]] inline void to_segments(const Pair* line, Index distance, Index lines, Pair* panel) {
  for (Index first = 0; first < lines; first += 4) {
    // The last four overlap those before; where there are fewer, the caller has room behind them.
    const Index u = std::max<Index>(0, std::min(first, lines - 4));
    for (Index q = 0; q < tile_size; q += 4) {
      FloatOps<16>::Bits v[4];
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) std::memcpy(&v[i], line + (q + i) * distance + u, sizeof v[i]);
      transpose_quads(v);
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) std::memcpy(panel + (u + i) * tile_size + q, &v[i], sizeof v[i]);
    }
  }
}

template <class Ops>
[[gnu::always_inline]] inline void pass_on(const float* even, const float* odd, Index count, float even_bias,
                                           float odd_bias, bool relu, Pair* out) {
  using Floats = typename Ops::Floats;
  constexpr Floats zero{};
  for (Index i = 0; i < count; i += Ops::lanes) {
    float parts[2][Ops::lanes];
    Floats a, b;
    std::memcpy(&a, even + i, sizeof a);
    std::memcpy(&b, odd + i, sizeof b);
    a += even_bias;
    b += odd_bias;
    if (relu) {
      a = a < zero ? zero : a;
      b = b < zero ? zero : b;
    }
    std::memcpy(parts[0], &a, sizeof a);
    std::memcpy(parts[1], &b, sizeof b);
    Ops::interleave(parts[0], parts[1], out + i);
  }
}

template <class Ops>
[[gnu::always_inline]] inline void largest(float* sums, Index width, Index kernel, Index stride) {
  using Floats = typename Ops::Floats;
  using Bits = typename Ops::Bits;
  for (Index r = 0; r < width; ++r) {
    for (Index q = 0; q < tile_size; q += Ops::lanes) {
      const float* const from = sums + r * stride * tile_size + q;
      Floats top, next;
      std::memcpy(&top, from, sizeof top);
      for (Index k = 1; k < kernel; ++k) {
        std::memcpy(&next, from + k * tile_size, sizeof next);
        // Masks, since g++ takes the choice between two vectors apart.
        const Bits keeps = reinterpret_cast<Bits>(next <= top) | reinterpret_cast<Bits>(top != top);
        top = reinterpret_cast<Floats>((reinterpret_cast<Bits>(top) & keeps) |
                                       (reinterpret_cast<Bits>(next) & ~keeps));
      }
      std::memcpy(sums + r * tile_size + q, &top, sizeof top);
    }
  }
}

template <class Ops>
[[gnu::always_inline]] inline void from_segments(const float* sums, Index width, Index count, float bias,
                                                 bool relu, float* y) {
  using Floats = typename Ops::Floats;
  constexpr Floats zero{};
  float part[4][Ops::lanes];  // quad g of part[i] is of segment q + 4 g + i
  for (Index first = 0; first < width; first += 4) {
    const Index r = std::max<Index>(0, std::min(first, width - 4));
    for (Index q = 0; q < tile_size && q * width + r < count; q += Ops::lanes) {
      Floats v[4];
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) {
        std::memcpy(&v[i], sums + (r + i) * tile_size + q, sizeof v[i]);
        v[i] += bias;
        if (relu) v[i] = v[i] < zero ? zero : v[i];
      }
      transpose_quads(v);
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) std::memcpy(part[i], &v[i], sizeof v[i]);
      // All segments have their four, most have, or some have fewer.
      Index to = q * width + r, segment = 0;
      if (width >= 4) {
        if (to + (Ops::lanes - 1) * width + 4 <= count) {
#pragma GCC unroll 16
          for (; segment < Ops::lanes; ++segment, to += width)
            std::memcpy(y + to, part[segment % 4] + segment / 4 * 4, 4 * sizeof(float));
          continue;
        }
        for (; to + 4 <= count; ++segment, to += width)
          std::memcpy(y + to, part[segment % 4] + segment / 4 * 4, 4 * sizeof(float));
      }
      for (; segment < Ops::lanes && to < count; ++segment, to += width)
        for (Index j = 0; j < std::min({width - r, count - to, Index(4)}); ++j)
          y[to + j] = part[segment % 4][segment / 4 * 4 + j];
    }
  }
}

template <class Ops>
[[gnu::always_inline]] inline void finish(const float* sums, Index count, const float* bias, bool relu,
                                          float* y) {
  using Floats = typename Ops::Floats;
  constexpr Floats zero{};
  Index j = 0;
  for (; j + Ops::lanes <= count; j += Ops::lanes) {
    Floats v, b{};
    std::memcpy(&v, sums + j, sizeof v);
    if (bias) std::memcpy(&b, bias + j, sizeof b);
    v += b;
    if (relu) v = v < zero ? zero : v;
    std::memcpy(y + j, &v, sizeof v);
  }
  for (; j < count; ++j) {
    const float v = sums[j] + (bias ? bias[j] : 0.0f);
    y[j] = relu && v < 0 ? 0.0f : v;
  }
}

/// A kernel for a level: `Level::run(body)` calls a body compiled for its instructions, `Level::Ops` is its
/// arithmetic.
template <class Level>
struct VectorKernel {
  using Ops = typename Level::Ops;

  static void begin(Index) {}
  static void end() {}
  static void block(const Block& block) {
    Level::run([&] { run_block<Ops>(block); });
  }
  static void interleave(const float* even, const float* odd, Index count, Pair* out) {
    Level::run([&] { bf16::interleave<Ops>(even, odd, count, out); });
  }
  static void round(const float* x, Index count, Pair* out, Index distance) {
    Level::run([&] { bf16::round<Ops>(x, count, out, distance); });
  }
  static void to_segments(const Pair* line, Index distance, Index lines, Pair* panel) {
    Level::run([&] { bf16::to_segments(line, distance, lines, panel); });
  }
  static void pass_on(const float* even, const float* odd, Index count, float even_bias, float odd_bias,
                      bool relu, Pair* out) {
    Level::run([&] { bf16::pass_on<Ops>(even, odd, count, even_bias, odd_bias, relu, out); });
  }
  static void largest(float* sums, Index width, Index kernel, Index stride) {
    Level::run([&] { bf16::largest<Ops>(sums, width, kernel, stride); });
  }
  static void from_segments(const float* sums, Index width, Index count, float bias, bool relu, float* y) {
    Level::run([&] { bf16::from_segments<Ops>(sums, width, count, bias, relu, y); });
  }
  static void finish(const float* sums, Index count, const float* bias, bool relu, float* y) {
    Level::run([&] { bf16::finish<Ops>(sums, count, bias, relu, y); });
  }

  static constexpr Kernel functions{.begin = begin,
                                    .end = end,
                                    .block = block,
                                    .interleave = interleave,
                                    .round = round,
                                    .to_segments = to_segments,
                                    .pass_on = pass_on,
                                    .largest = largest,
                                    .from_segments = from_segments,
                                    .finish = finish};
};

/// Every processor runs it.
struct Portable {
  using Ops = FloatOps<16>;
  template <class Body>
  static void run(const Body& body) {
    body();
  }
};

}  // namespace EBB_NAMESPACE::cpu::bf16
