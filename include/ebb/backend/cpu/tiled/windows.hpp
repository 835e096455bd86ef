#pragma once

#include "ebb/backend/cpu/tiled/kernels.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"

/// Groups of `lanes` short windows of rows, read or written by one call of a kernel. A window that reaches
/// over an end of its row goes through a copy, with zeros where there is no sample.

namespace EBB_NAMESPACE::cpu::tiled {

/// Windows to be read. Lane 0 must be set; lanes that are not set repeat it.
template <class T>
class Windows {
 public:
  explicit Windows(Index length) : length_(length) {}

  /// Lane reads from row[start] on; the row has `length` samples, start may lie outside.
  void set(Index lane, const T* row, Index start) {
    rows_[lane] = row;
    starts_[lane] = start;
  }

  /// Calls `kernel` with the rows of g.count channels.
  void read(void (*kernel)(const Gather<T>&), Gather<T> g, Index lanes) const {
    alignas(64) T copies[max_lanes * window]{};
    const T* from[max_lanes];
    Index edges[max_lanes], edge_count = 0;
    for (Index lane = 0; lane < lanes; ++lane) {
      const Index start = starts_[source(lane)];
      const bool inside = start >= 0 && start + window <= length_;
      if (!inside) edges[edge_count++] = lane;
      from[lane] = inside ? rows_[source(lane)] + start : copies + lane * window;
    }
    g.rows = from;
    if (edge_count == 0) {
      kernel(g);
      return;
    }
    const Index count = std::exchange(g.count, 1), step = std::exchange(g.step, 0);
    for (Index i = 0; i < count; ++i) {
      Index edge = 0;
      for (Index lane = 0; lane < lanes; ++lane) {
        if (edge == edge_count || edges[edge] != lane) {
          from[lane] += i > 0 ? step : 0;
          continue;
        }
        ++edge;
        const Index start = starts_[source(lane)];
        const Index first = std::clamp<Index>(-start, 0, window);
        const Index last = std::clamp<Index>(length_ - start, first, window);
        const T* const row = rows_[source(lane)];
        for (Index e = first; e < last; ++e) copies[lane * window + e] = row[i * step + start + e];
      }
      kernel(g);
      g.out += g.out_step;
    }
  }

 private:
  [[nodiscard]] Index source(Index lane) const { return rows_[lane] ? lane : 0; }

  Index length_;
  const T* rows_[max_lanes]{};
  Index starts_[max_lanes]{};
};

/// Windows along neighbouring rows: window i of every row starts at start + i * step.
struct Tiles {
  Index start, step, count;
};

/// Reads the windows of `count` <= lanes rows of `length` samples, one after another; sample e of window i
/// goes to out + i * out_step + e * plane.
template <class T>
void read_tiles(const Kernels<T>& kernel, void (*body)(const Gather<T>&), const T* rows, Index count,
                Index length, const Tiles& tiles, Gather<T> g) {
  // Tiles [first, last) lie inside whole; the windows of the others are read one at a time.
  const Index first = std::clamp<Index>(blocks_of(-tiles.start, tiles.step), 0, tiles.count);
  const Index room = length - window - tiles.start;
  const Index last = room < 0 ? first : std::clamp<Index>(room / tiles.step + 1, first, tiles.count);
  T* const out = g.out;
  const auto read = [&](Index tile, Index tile_count) {
    Windows<T> windows(length);
    for (Index lane = 0; lane < count; ++lane)
      windows.set(lane, rows + lane * length, tiles.start + tile * tiles.step);
    g.step = tiles.step;
    g.count = tile_count;
    g.out = out + tile * g.out_step;
    windows.read(body, g, kernel.lanes);
  };
  for (Index tile = 0; tile < first; ++tile) read(tile, 1);
  if (last > first) read(first, last - first);
  for (Index tile = last; tile < tiles.count; ++tile) read(tile, 1);
}

/// Windows to be written: lane writes `count` results from `to` on, nothing behind them. Where one has
/// something `added` to its results, all have.
template <class T>
class Targets {
 public:
  /// Lane may write all that the kernel writes: what lies behind its results is free or written later.
  void set_free(Index lane, T* to, const T* added = nullptr) { set(lane, to, -1, added); }
  void set(Index lane, T* to, Index count, const T* added = nullptr) {
    rows_[lane] = to;
    counts_[lane] = count;
    added_[lane] = added;
  }

  /// `at`: added to every lane's place.
  void write(void (*kernel)(const Scatter<T>&), Scatter<T> s, Index lanes, Index at) const {
    alignas(64) T copies[max_lanes * 8], added_copies[max_lanes * 8]{};
    T* to[max_lanes];
    const T* added[max_lanes];
    bool exact = false, any_added = false;
    for (Index lane = 0; lane < lanes; ++lane) {
      const bool copied = counts_[lane] >= 0;
      exact |= copied;
      any_added |= added_[lane] != nullptr;
      to[lane] = copied ? copies + lane * 8 : rows_[lane] + at;
      added[lane] = copied || !added_[lane] ? added_copies + lane * 8 : added_[lane] + at;
    }
    s.rows = to;
    if (any_added) s.added = added;
    if (!exact) {
      kernel(s);
      return;
    }
    const Index count = std::exchange(s.count, 1), step = std::exchange(s.row_step, 0);
    for (Index i = 0; i < count; ++i) {
      for (Index lane = 0; any_added && lane < lanes; ++lane)
        for (Index e = 0; e < counts_[lane]; ++e)
          added_copies[lane * 8 + e] = added_[lane][at + i * step + e];
      kernel(s);
      for (Index lane = 0; lane < lanes; ++lane) {
        if (counts_[lane] < 0) {
          to[lane] += step;
          if (any_added) added[lane] += step;
        } else {
          for (Index e = 0; e < counts_[lane]; ++e) rows_[lane][at + i * step + e] = copies[lane * 8 + e];
        }
      }
      s.in += s.in_step;
      if (s.bias) ++s.bias;
    }
  }

 private:
  T* rows_[max_lanes]{};
  const T* added_[max_lanes]{};
  Index counts_[max_lanes]{};
};

}  // namespace EBB_NAMESPACE::cpu::tiled
