// Tiles of neighbouring pixels, and products of tiles with packed weights.
//
// A tile is (channels, TN) float32: TN neighbouring pixels of a row, channel by channel. Weights of a product are
// packed as (groups, inputs, MR): MR outputs a group, missing ones zero.

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
inline void ahead(const float* p) {
    for (int i = 0; i < TN; i += 16) __builtin_prefetch(p + i);
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

// Add the product of a tile (inputs, TN) and one group of packed weights to MR x N sums.
template <int N>
inline void multiply(const float* tile, const float* weights, int inputs, V (&sums)[MR][N]) {
#pragma GCC unroll 4
    for (int k = 0; k < inputs; ++k, tile += TN, weights += MR) {
        V first = load(tile), second{}, third{};
        hold(first);
        if constexpr (N > 1) {
            second = load(tile + VL);
            hold(second);
        }
        if constexpr (N > 2) {
            third = load(tile + 2 * VL);
            hold(third);
        }
#pragma GCC unroll 8
        for (int m = 0; m < MR; ++m) {
            const V weight = all(weights[m]);
            sums[m][0] += weight * first;
            if constexpr (N > 1) sums[m][1] += weight * second;
            if constexpr (N > 2) sums[m][2] += weight * third;
        }
    }
}

template <int N>
inline void begin(const float* bias, V (&sums)[MR][N]) {
#pragma GCC unroll 8
    for (int m = 0; m < MR; ++m) {
        const V start = all(bias[m]);
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) sums[m][n] = start;
    }
}

// Call `use(m, n, sum)` for the first `outputs` of a group. Constant indices alone keep sums in registers.
template <int N, class Use>
inline void each(const V (&sums)[MR][N], int outputs, Use use) {
#pragma GCC unroll 8
    for (int m = 0; m < MR; ++m)
        if (m < outputs) {
#pragma GCC unroll 3
            for (int n = 0; n < N; ++n) use(m, n, sums[m][n]);
        }
}

// Layer norm without its affine part, which is folded into the weights behind it.
template <int N>
inline void normalise(const float* x, int channels, float eps, const float* scale, const float* shift, float* tile) {
    V mean[N], spread[N];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] = spread[n] = all(0);
    for (int c = 0; c < channels; ++c) {
        const float* from = x + c * TN;
        ahead(from + channels * TN);
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            V v = load(from + n * VL);
            if (scale) v = v * all(scale[c]) + all(shift[c]);
            mean[n] += v;
            store(tile + c * TN + n * VL, v);
        }
    }
    const V reciprocal = all(1.0f / channels);
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] *= reciprocal;
    for (int c = 0; c < channels; ++c)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            const V v = load(tile + c * TN + n * VL) - mean[n];
            spread[n] += v * v;
        }
    // As an array: lane by lane, roots and quotients would not be computed side by side.
    alignas(64) float factor[N * VL];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) store(factor + n * VL, spread[n] * reciprocal + all(eps));
    for (int i = 0; i < N * VL; ++i) factor[i] = 1.0f / __builtin_sqrtf(factor[i]);
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) spread[n] = load(factor + n * VL);
    for (int c = 0; c < channels; ++c)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            float* at = tile + c * TN + n * VL;
            store(at, (load(at) - mean[n]) * spread[n]);
        }
}

}  // namespace
