// The layer norm over the channels of a pixel.

#pragma once

#include "products.h"

namespace {

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
                   Factor* tile, V (&factor)[N]) {
    V even[N], odd[N];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) even[n] = odd[n] = all(0);
    const auto centred = [&](int c, int n, V& squares) {
        const V v = modulated(x + c * TN + n * VL, c, scale, shift) - mean[n];
        squares += v * v;
        return v;
    };
    int c = 0;
    for (; c + 1 < channels; c += 2)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            const V one = centred(c, n, even[n]);
            enter(tile, c, n * VL, one, centred(c + 1, n, odd[n]));
        }
    if (c < channels)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) enter(tile, c, n * VL, centred(c, n, even[n]));
    // As an array: lane by lane, roots and quotients would not be computed side by side.
    alignas(64) float values[N * VL];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) store(values + n * VL, (even[n] + odd[n]) * all(1.0f / channels) + all(eps));
    for (int i = 0; i < N * VL; ++i) values[i] = 1.0f / __builtin_sqrtf(values[i]);
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) factor[n] = load(values + n * VL);
}

}  // namespace
