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

// Add the products of a channel of a tile and M of its packed weights to M x N sums.
template <int N, int M = MR>
inline void multiply_channel(const float* channel, const float* weights, V (&sums)[MR][N]) {
    V first = load(channel), second{}, third{};
    hold(first);
    if constexpr (N > 1) {
        second = load(channel + VL);
        hold(second);
    }
    if constexpr (N > 2) {
        third = load(channel + 2 * VL);
        hold(third);
    }
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m) {
        const V weight = all(weights[m]);
        sums[m][0] += weight * first;
        if constexpr (N > 1) sums[m][1] += weight * second;
        if constexpr (N > 2) sums[m][2] += weight * third;
    }
}

// Add the product of a tile (inputs, TN) and one group of packed weights to MR x N sums.
template <int N>
inline void multiply(const float* tile, const float* weights, int inputs, V (&sums)[MR][N]) {
#pragma GCC unroll 4
    for (int k = 0; k < inputs; ++k) multiply_channel<N>(tile + (size_t)k * TN, weights + (size_t)k * MR, sums);
}

template <int N>
inline void clear(V (&sums)[MR][N]) {
#pragma GCC unroll 8
    for (int m = 0; m < MR; ++m)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) sums[m][n] = all(0);
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

// A channel of a tile, modulated if there is a scale.
template <class T>
inline V modulated(const T* from, int c, const float* scale, const float* shift) {
    const V v = load(from);
    return scale ? v * all(scale[c]) + all(shift[c]) : v;
}

// Mean of the channels of a tile, modulated.
template <int N, class T>
inline void average(const T* x, int channels, const float* scale, const float* shift, V (&mean)[N]) {
    V odd[N];  // or each sum would wait for the one before
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] = odd[n] = all(0);
    const auto add = [&](int c, V(&sums)[N]) {
        const T* from = x + c * TN;
        ahead(from + channels * TN);
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) sums[n] += modulated(from + n * VL, c, scale, shift);
    };
    int c = 0;
    for (; c + 1 < channels; c += 2) add(c, mean), add(c + 1, odd);
    if (c < channels) add(c, mean);
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] = (mean[n] + odd[n]) * all(1.0f / channels);
}

// Layer norm of a modulated tile without its affine part, which is folded into the weights behind it, and without
// its factor, by which the products with those weights are multiplied: they can be computed before it is known.
template <int N, class T>
inline void centre(const T* x, int channels, float eps, const float* scale, const float* shift, const V (&mean)[N],
                   float* tile, V (&factor)[N]) {
    V even[N], odd[N];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) even[n] = odd[n] = all(0);
    const auto add = [&](int c, V(&squares)[N]) {
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            const int at = c * TN + n * VL;
            const V v = modulated(x + at, c, scale, shift) - mean[n];
            store(tile + at, v);
            squares[n] += v * v;
        }
    };
    int c = 0;
    for (; c + 1 < channels; c += 2) add(c, even), add(c + 1, odd);
    if (c < channels) add(c, even);
    // As an array: lane by lane, roots and quotients would not be computed side by side.
    alignas(64) float values[N * VL];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) store(values + n * VL, (even[n] + odd[n]) * all(1.0f / channels) + all(eps));
    for (int i = 0; i < N * VL; ++i) values[i] = 1.0f / __builtin_sqrtf(values[i]);
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) factor[n] = load(values + n * VL);
}

}  // namespace
