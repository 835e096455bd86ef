#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/kernels.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"

/// Panels of b for convolutions: columns are output positions, numbered through all samples of the batch, and
/// a step is a (tap, channel) pair. Only a block of columns at a time is unfolded, never a whole batch. What
/// the block needs of a row is read once, in one go, and dealt out by its position modulo the stride: then
/// every tap of neighbouring columns is a run of neighbours.

namespace EBB_NAMESPACE::cpu::tiled {

template <class T>
struct Front;

/// What a column sees: column q belongs to sample q / per_sample; tap k of it reads position
/// (q % per_sample) * stride + taps[k] of each channel's row, zero outside of the row.
template <class T>
struct Unfold {
  const T* x = nullptr;  ///< the first channel's row of sample 0
  Index length = 0, sample = 0;
  Index columns = 0, per_sample = 0, stride = 1;
  std::vector<Index> taps;
  const Front<T>* front = nullptr;  ///< a layer whose results are the rows; x is what it reads

  [[nodiscard]] Index tap_count() const { return static_cast<Index>(taps.size()); }
};

/// Columns of a block that belong to one sample: `count` from `column` on, at positions from `position` on.
struct Stretch {
  Index column, count, sample, position;
};

inline std::vector<Stretch> stretches_of(Index first, Index last, Index per_sample) {
  std::vector<Stretch> stretches;
  for (Index q = first; q < last;) {
    const Index end = std::min(last, (q / per_sample + 1) * per_sample);
    stretches.push_back({q - first, end - q, q / per_sample, q % per_sample});
    q = end;
  }
  return stretches;
}

/// out[p * plane + i] = row[start + i * stride + p] for i < count, 0 outside of the row. Whole vectors are
/// written.
template <class T>
void deal_row(const Kernels<T>& kernel, const T* row, Index length, Index start, Index stride, Index count,
              T* out, Index plane) {
  if (stride > max_dealt) {
    for (Index p = 0; p < stride; ++p, ++start, out += plane) {
      const Index first = std::clamp<Index>(blocks_of(-start, stride), 0, count);
      const Index last = std::clamp<Index>(blocks_of(length - start, stride), first, count);
      std::fill_n(out, first, T(0));
      for (Index i = first; i < last; ++i) out[i] = row[start + i * stride];
      std::fill_n(out + last, count - last, T(0));
    }
    return;
  }
  const auto deal = kernel.deal[static_cast<std::size_t>(stride - 1)];
  // Groups of one vector for each residue; those that reach over an end of the row go through a copy.
  const Index group = kernel.lanes * stride, groups = blocks_of(count, kernel.lanes);
  const Index first = std::clamp<Index>(blocks_of(-start, group), 0, groups);
  const Index last = length < start ? first : std::clamp<Index>((length - start) / group, first, groups);
  deal({.in = row + start + first * group,
        .count = last - first,
        .out = out + first * kernel.lanes,
        .plane = plane});
  for (Index g = 0; g < groups; ++g) {
    if (g == first) g = last;
    if (g == groups) break;
    alignas(64) T copy[max_dealt * max_lanes]{};
    const Index at = start + g * group, from = std::clamp<Index>(-at, 0, group);
    std::copy_n(row + at + from, std::clamp<Index>(length - at - from, 0, group - from), copy + from);
    deal({.in = copy, .count = 1, .out = out + g * kernel.lanes, .plane = plane});
  }
}

/// The way back, of `count` positions from `start` on: row[start + i * stride + p] = in[p * plane + i], where
/// the row has such a position. Whole vectors may be read.
template <class T>
void interleave_row(const Kernels<T>& kernel, const T* in, Index plane, Index count, Index stride, T* row,
                    Index length, Index start) {
  if (stride == 1) {
    const Index first = std::clamp<Index>(-start, 0, count);
    const Index last = std::clamp<Index>(length - start, first, count);
    std::copy_n(in + first, last - first, row + start + first);
    return;
  }
  if (stride > max_dealt) {
    for (Index p = 0; p < stride; ++p, ++start, in += plane) {
      const Index first = std::clamp<Index>(blocks_of(-start, stride), 0, count);
      const Index last = std::clamp<Index>(blocks_of(length - start, stride), first, count);
      for (Index i = first; i < last; ++i) row[start + i * stride] = in[i];
    }
    return;
  }
  const auto interleave = kernel.interleave[static_cast<std::size_t>(stride - 2)];
  const Index group = kernel.lanes * stride, end = std::min(length, start + count * stride);
  const Index groups = blocks_of(count, kernel.lanes);
  const Index first = std::clamp<Index>(blocks_of(-start, group), 0, groups);
  const Index last = end < start ? first : std::clamp<Index>((end - start) / group, first, groups);
  interleave({.in = in + first * kernel.lanes,
              .count = last - first,
              .out = row + start + first * group,
              .plane = plane});
  for (Index g = 0; g < groups; ++g) {
    if (g == first) g = last;
    if (g == groups) break;
    alignas(64) T copy[max_dealt * max_lanes];
    interleave({.in = in + g * kernel.lanes, .count = 1, .out = copy, .plane = plane});
    const Index at = start + g * group, from = std::clamp<Index>(-at, 0, group);
    std::copy_n(copy + from, std::clamp<Index>(end - at - from, 0, group - from), row + at + from);
  }
}

// `unfold` by way of dealt rows.
template <class T>
void unfold_dealt(const Kernels<T>& kernel, const Unfold<T>& u, Index channels,
                  const std::vector<Stretch>& stretches, const Panels& panels, T* out) {
  const Index lanes = kernel.lanes, taps = u.tap_count(), steps = taps * channels;
  const auto [first_tap, last_tap] = std::minmax_element(u.taps.begin(), u.taps.end());
  const Index lowest = *first_tap, span = (*last_tap - lowest) / u.stride;
  // Dealt rows: one stretch behind the other in each plane; a vector may be read from before the first.
  std::vector<Index> begin;
  Index plane = lanes;
  for (const Stretch& s : stretches) {
    begin.push_back(plane);
    plane += round_up(s.count + span, lanes);
  }
  plane += lanes;
  std::vector<Index> offsets;
  for (const Index tap : u.taps)
    offsets.push_back((tap - lowest) % u.stride * plane + (tap - lowest) / u.stride);

  // A few channels at a time, which first-level cache holds.
  const Index row = plane * u.stride;
  const Index channels_at_once =
      std::clamp<Index>((24 << 10) / (row * static_cast<Index>(sizeof(T))), 1, std::max<Index>(channels, 1));
  const Scratch<T> dealt(channels_at_once * row);
  // Lanes behind the last column are computed, too. As numbers, leftovers of other types are often denormal,
  // which is slow.
  std::fill_n(dealt.data(), channels_at_once * row, T(0));
  for (Index c = 0; c < channels; c += channels_at_once) {
    const Index count = std::min(channels_at_once, channels - c);
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      const Stretch& s = stretches[i];
      for (Index channel = 0; channel < count; ++channel)
        deal_row(kernel, u.x + s.sample * u.sample + (c + channel) * u.length, u.length,
                 s.position * u.stride + lowest, u.stride, s.count + span,
                 dealt.data() + channel * row + begin[i], plane);
    }
    std::size_t i = 0;
    for (Index panel = 0; panel < panels.count; ++panel) {
      const Index vectors = panels.width(panel), width = vectors * lanes, first = panels.first(panel) * lanes;
      T* const to = out + first * steps + c * width;
      while (i + 1 < stretches.size() && stretches[i + 1].column <= first) ++i;
      // Most panels are columns of one sample, hence neighbours.
      if (i + 1 == stretches.size() || stretches[i + 1].column >= first + width) {
        const T* const rows = dealt.data() + begin[i] + first - stretches[i].column;
        for (Index tap = 0; tap < taps; ++tap) {
          kernel.copy({.from = rows + offsets[static_cast<std::size_t>(tap)],
                       .step = row,
                       .count = count,
                       .vectors = vectors,
                       .out = to + tap * channels * width,
                       .out_step = width});
        }
        continue;
      }
      for (Index v = 0; v < vectors; ++v) {
        const Index column = first + v * lanes;
        Piece pieces[max_lanes];
        Index piece_count = 0;
        while (i + 1 < stretches.size() && stretches[i + 1].column <= column) ++i;
        for (std::size_t k = i; k < stretches.size() && stretches[k].column < column + lanes; ++k)
          pieces[piece_count++] = {begin[k] + column - stretches[k].column, stretches[k].column - column};
        kernel.collect({.rows = dealt.data(),
                        .row = row,
                        .count = count,
                        .offsets = offsets.data(),
                        .taps = taps,
                        .pieces = pieces,
                        .piece_count = piece_count,
                        .out = to + v * lanes,
                        .out_step = width,
                        .out_tap = channels * width});
      }
    }
  }
}

/// The samples that a panel of columns from `column` on sees in the first channel, with a tap of 0, where its
/// columns and all their taps lie inside of one row of stride 1, as they are wanted; otherwise null.
template <class T>
const T* panel_in_row(const Unfold<T>& u, Index column, Index width) {
  if (u.stride > 1 || u.front) return nullptr;
  const auto [lowest, highest] = std::minmax_element(u.taps.begin(), u.taps.end());
  const Index position = column % u.per_sample;
  const bool inside = position + width <= u.per_sample && column + width <= u.columns &&
                      position + *lowest >= 0 && position + width + *highest <= u.length;
  return inside ? u.x + column / u.per_sample * u.sample + position : nullptr;
}

/// Whether such panels are best read where they are: with one tap all steps are rows. Not where lines of all
/// rows would share a few places in cache.
template <class T>
bool reads_rows(const Unfold<T>& u) {
  constexpr Index page = 4096, near = 256;
  const Index distance = u.length * static_cast<Index>(sizeof(T)) % page;
  return u.tap_count() == 1 && distance >= near && distance <= page - near;
}

/// All steps of the columns of a block, panel by panel: [panel][tap][channel][lane]. Lanes behind the last
/// column are filled with some number. Panels that are best read where they are, are left out.
template <class T>
[[gnu::cold]] void unfold(const Kernels<T>& kernel, const Unfold<T>& u, Index channels,
                          const std::vector<Stretch>& stretches, const Panels& panels, T* out) {
  const auto [lowest, highest] = std::minmax_element(u.taps.begin(), u.taps.end());
  const bool long_rows = u.per_sample >= 4 * kernel.columns() && *highest - *lowest <= 2 * kernel.columns();
  if (u.stride > 1 || (!long_rows && !reads_rows(u)))
    return unfold_dealt(kernel, u, channels, stretches, panels, out);
  // In long rows of stride 1 most panels lie in a row as they are wanted: only the others are dealt.
  const Index taps = u.tap_count();
  const Stretch &front = stretches.front(), &back = stretches.back();
  const Index begin = front.sample * u.per_sample + front.position, end = begin + back.column + back.count;
  for (Index panel = 0; panel < panels.count; ++panel) {
    const Index first = panels.first(panel) * kernel.lanes, width = panels.width(panel) * kernel.lanes;
    T* const to = out + first * taps * channels;
    const T* const row = panel_in_row(u, begin + first, width);
    if (!row) {
      unfold_dealt(kernel, u, channels,
                   stretches_of(begin + first, std::min(begin + first + width, end), u.per_sample),
                   Panels(panels.width(panel)), to);
      continue;
    }
    for (Index tap = 0; tap < taps && !reads_rows(u); ++tap)
      kernel.copy({.from = row + u.taps[static_cast<std::size_t>(tap)],
                   .step = u.length,
                   .count = channels,
                   .vectors = panels.width(panel),
                   .out = to + tap * channels * width,
                   .out_step = width});
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
