#pragma once

#include <algorithm>
#include <utility>

#include "ebb/fwd.hpp"

/// Vectors of the compilers' own extension, and the one rearrangement that all packing is made of: reading a
/// few neighbours from each of many places so that equal positions share a vector. Everything here is
/// inlined into functions with a target attribute, which decides the instructions.

namespace EBB_NAMESPACE::cpu::tiled {

template <class T, int Count>
struct VectorOf {
  static constexpr int bytes = Count * static_cast<int>(sizeof(T));
  using Aligned [[gnu::vector_size(bytes)]] = T;
  using Unaligned [[gnu::vector_size(bytes), gnu::aligned(alignof(T)), gnu::may_alias]] = T;
};

template <class T, int Count>
using Vector = typename VectorOf<T, Count>::Aligned;

// Vectors travel by reference: by value they would follow the caller's instruction set, which may lack them.

template <class T, int Count>
[[gnu::always_inline]] inline void load(const T* from, Vector<T, Count>& to) {
  to = *reinterpret_cast<const typename VectorOf<T, Count>::Unaligned*>(from);
}

template <class T, int Count>
[[gnu::always_inline]] inline void store(T* to, const Vector<T, Count>& value) {
  *reinterpret_cast<typename VectorOf<T, Count>::Unaligned*>(to) = value;
}

// Past the caches, to an address that is a multiple of the vector's size.
template <class T, int Count>
[[gnu::always_inline]] inline void store_past_caches(T* to, const Vector<T, Count>& value) {
#if defined(__clang__)
  __builtin_nontemporal_store(value, reinterpret_cast<Vector<T, Count>*>(to));
#elif defined(__x86_64__)
  asm("vmovntps %1, %0" : "=m"(*reinterpret_cast<Vector<T, Count>*>(to)) : "v"(value));
#else
  store<T, Count>(to, value);
#endif
}

// What was stored past the caches is visible to other threads before anything that is stored from here on.
inline void finish_stores() {
#if defined(__x86_64__)
  asm volatile("sfence" ::: "memory");
#endif
}

// One vector out of pieces of Piece elements that begin at from[0], from[1], ...
template <class T, int Piece, int Lanes, std::size_t... I>
[[gnu::always_inline]] inline void join(const T* const* from, Vector<T, Lanes>& to,
                                        std::index_sequence<I...>) {
  if constexpr (Piece == Lanes) {
    load<T, Lanes>(from[0], to);
  } else {
    constexpr int half = Lanes / 2;
    Vector<T, half> low, high;
    join<T, Piece, half>(from, low, std::make_index_sequence<half>());
    join<T, Piece, half>(from + half / Piece, high, std::make_index_sequence<half>());
    to = __builtin_shufflevector(low, high, static_cast<int>(I)...);
  }
}

// One stage of the transposition of blocks: exchanges lanes with bit H set in a with lanes without it in b.
template <int H, class V, std::size_t... I>
[[gnu::always_inline]] inline void exchange(V& a, V& b, std::index_sequence<I...>) {
  constexpr int lanes = sizeof...(I);
  const V low = __builtin_shufflevector(
      a, b, (static_cast<int>(I) & H ? lanes + static_cast<int>(I) - H : static_cast<int>(I))...);
  b = __builtin_shufflevector(
      a, b, (static_cast<int>(I) & H ? lanes + static_cast<int>(I) : static_cast<int>(I) + H)...);
  a = low;
}

/// Transposes every block of Width x Width: lane g Width + l of v[i] becomes lane g Width + i of v[l].
template <int Width, int Lanes, int H = 1, class V>
[[gnu::always_inline]] inline void transpose(V* v) {
  if constexpr (H < Width) {
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i)
      if (!(i & H)) exchange<H>(v[i], v[i + H], std::make_index_sequence<Lanes>());
    transpose<Width, Lanes, 2 * H>(v);
  }
}

/// Neighbours that are read from a place.
inline constexpr int window = 8;

/// out[e][lane] = rows[lane][at + e] for e < window.
template <class T, int Lanes>
[[gnu::always_inline]] inline void gather(const T* const* rows, Index at, Vector<T, Lanes>* out) {
  constexpr int width = std::min(Lanes, window), pieces = Lanes / width;
#pragma GCC unroll 2
  for (int part = 0; part < window; part += width) {
#pragma GCC unroll 8
    for (int i = 0; i < width; ++i) {
      const T* from[pieces];
#pragma GCC unroll 4
      for (int p = 0; p < pieces; ++p) from[p] = rows[i + p * width] + at + part;
      join<T, width, Lanes>(from, out[part + i], std::make_index_sequence<Lanes>());
    }
    transpose<width, Lanes>(out + part);
  }
}

/// rows[lane][at + e] = in[e][lane] for e < Count (4 or 8), lane by lane: what a row's last elements
/// overwrite in the row after it is written again if that comes with a later lane. Added: max(low, that +
/// added[lane][at + e]).
template <class T, int Lanes, int Count, bool Added = false>
[[gnu::always_inline]] inline void scatter(Vector<T, Lanes>* in, T* const* rows, Index at,
                                           const T* const* added = nullptr, T low = T(0)) {
  constexpr int width = std::min(Lanes, Count), pieces = Lanes / width;
  static_assert(Count == width || Lanes == width);
#pragma GCC unroll 2
  for (int part = 0; part < Count; part += width) transpose<width, Lanes>(in + part);
#pragma GCC unroll 4
  for (int p = 0; p < pieces; ++p) {
#pragma GCC unroll 8
    for (int i = 0; i < width; ++i) {
#pragma GCC unroll 2
      for (int part = 0; part < Count; part += width) {
        Vector<T, width> piece;
        load<T, width>(reinterpret_cast<const T*>(&in[part + i]) + p * width, piece);
        if constexpr (Added) {
          Vector<T, width> other;
          load<T, width>(added[i + p * width] + at + part, other);
          other += piece;
          piece = other < low ? low - Vector<T, width>{} : other;
        }
        store<T, width>(rows[i + p * width] + at + part, piece);
      }
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
