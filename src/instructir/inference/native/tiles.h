// Tiles: (channels, TN), TN neighbouring pixels of a row, channel by channel.

#pragma once

#include "vectors.h"

namespace {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int MR = 8;
#else
constexpr int MR = 4;
#endif
constexpr int NR = 3;         // vectors of pixels in a tile: NR * MR sums fit the registers
constexpr int TN = NR * VL;   // pixels in a tile
constexpr int HALF = TN / 2;

// Ask for a channel of a tile that comes later.
template <class T>
inline void ahead(const T* p) {
    for (int i = 0; i < TN; i += 64 / sizeof(T)) __builtin_prefetch(p + i);
}

// Keep a value in a register: compilers else load it again for each product that it is in.
inline void hold(V& v) {
#if defined(__x86_64__)
    __asm__("" : "+x"(v));
#elif defined(__aarch64__)
    __asm__("" : "+w"(v));
#endif
}

inline int tiles(int width) { return parts(width, TN); }
inline int vectors(int pixels) { return least(NR, (pixels + VL - 1) / VL); }
inline int groups(int outputs) { return (outputs + MR - 1) / MR; }
inline int take(int32_t* next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }

}  // namespace

// Call a function of as many vectors as the pixels need.
#define TILE(function, pixels, ...)                         \
    switch (vectors(pixels)) {                              \
        case 1: function<1>(__VA_ARGS__); break;            \
        case 2: function<2>(__VA_ARGS__); break;            \
        default: function<3>(__VA_ARGS__);                  \
    }

// Each row of each task that is taken.
#define EACH_ROW(rows, band)                                                \
    for (int task, tasks = parts(rows, band); (task = take(next)) < tasks;) \
        for (int row = task * band, end = least(row + band, rows); row < end; ++row)

// Call for each tile of these rows.
#define EACH_TILE(rows, band, width, ...) \
    EACH_ROW(rows, band)                  \
        for (int at = 0; at < tiles(width); ++at) __VA_ARGS__
