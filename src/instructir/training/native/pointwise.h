// What is computed of each pixel, or of each value, alone.
//
// A map is planes (channels, pixels), the first values of which are a stride apart.

#pragma once

#include "vectors.h"

namespace {

constexpr int RUN = 64;  // pixels that are normalised together

inline float wide(float v) { return v; }
#if defined(BF16_MAPS)
inline float wide(Stored v) {
    const uint32_t bits = (uint32_t)v << 16;
    float whole;
    memcpy(&whole, &bits, sizeof(whole));
    return whole;
}
#endif

// Layer norm without its affine part; `held` is room for (channels, RUN).
inline void normalise(int channels, int pixels, float eps, const float* x, int x_stride, Stored* out, int out_stride,
                      float* deviation, float* held) {
    const float part = 1.0f / channels;
    for (int at = 0; at < pixels; at += RUN) {
        const int count = least(RUN, pixels - at);
        alignas(64) float mean[RUN] = {}, spread[RUN] = {};
        for (int c = 0; c < channels; ++c) {
            const float* __restrict__ from = x + (size_t)c * x_stride + at;
            float* __restrict__ to = held + c * RUN;
            for (int i = 0; i < count; ++i) to[i] = from[i], mean[i] += from[i];
        }
        for (int i = 0; i < RUN; ++i) mean[i] *= part;
        for (int c = 0; c < channels; ++c) {
            float* __restrict__ to = held + c * RUN;
            for (int i = 0; i < RUN; ++i) {
                const float v = to[i] - mean[i];
                to[i] = v;
                spread[i] += v * v;
            }
        }
        for (int i = 0; i < RUN; ++i) spread[i] = 1.0f / __builtin_sqrtf(spread[i] * part + eps);
        for (int i = 0; i < count; ++i) deviation[at + i] = spread[i];
        for (int c = 0; c < channels; ++c) {
            const float* __restrict__ from = held + c * RUN;
            Stored* __restrict__ to = out + (size_t)c * out_stride + at;
            for (int i = 0; i < count; i += VL) store(to + i, load(from + i) * load(spread + i));
        }
    }
}

// Gradient of what was normalised, from that of the result, added to `residual`.
inline void normalise_backward(int channels, int pixels, const float* gradient, int gradient_stride, const Stored* norm,
                               int norm_stride, const float* deviation, const float* residual, int residual_stride,
                               float* out, int out_stride) {
    const float part = 1.0f / channels;
    for (int at = 0; at < pixels; at += RUN) {
        const int count = least(RUN, pixels - at);
        alignas(64) float mean[RUN] = {}, slope[RUN] = {};
        for (int c = 0; c < channels; ++c) {
            const float* __restrict__ g = gradient + (size_t)c * gradient_stride + at;
            const Stored* __restrict__ x = norm + (size_t)c * norm_stride + at;
            for (int i = 0; i < count; ++i) mean[i] += g[i], slope[i] += g[i] * wide(x[i]);
        }
        for (int i = 0; i < RUN; ++i) mean[i] *= part, slope[i] *= part;
        for (int c = 0; c < channels; ++c) {
            const float* __restrict__ g = gradient + (size_t)c * gradient_stride + at;
            const Stored* __restrict__ x = norm + (size_t)c * norm_stride + at;
            const float* __restrict__ r = residual + (size_t)c * residual_stride + at;
            float* __restrict__ to = out + (size_t)c * out_stride + at;
            for (int i = 0; i < count; ++i)
                to[i] = r[i] + deviation[at + i] * (g[i] - mean[i] - wide(x[i]) * slope[i]);
        }
    }
}

// The two halves of `hidden`, biased, multiplied. Here and below whole vectors are read and written: behind a chunk's
// last pixel there is room.
inline void gate(int channels, int pixels, const Stored* hidden, int stride, const float* bias, Stored* out,
                 int out_stride) {
    for (int c = 0; c < channels; ++c) {
        const Stored* __restrict__ one = hidden + (size_t)c * stride;
        const Stored* __restrict__ two = hidden + (size_t)(c + channels) * stride;
        Stored* __restrict__ to = out + (size_t)c * out_stride;
        const V first = all(bias[c]), second = all(bias[c + channels]);
        for (int i = 0; i < pixels; i += VL) store(to + i, (load(one + i) + first) * (load(two + i) + second));
    }
}

inline void gate_backward(int channels, int pixels, const float* gradient, int gradient_stride, const Stored* hidden,
                          int stride, const float* bias, Stored* out, int out_stride) {
    for (int c = 0; c < channels; ++c) {
        const float* __restrict__ g = gradient + (size_t)c * gradient_stride;
        const Stored* __restrict__ one = hidden + (size_t)c * stride;
        const Stored* __restrict__ two = hidden + (size_t)(c + channels) * stride;
        Stored* __restrict__ to_one = out + (size_t)c * out_stride;
        Stored* __restrict__ to_two = out + (size_t)(c + channels) * out_stride;
        const V first = all(bias[c]), second = all(bias[c + channels]);
        for (int i = 0; i < pixels; i += VL) {
            const V v = load(g + i);
            store(to_one + i, v * (load(two + i) + second));
            store(to_two + i, v * (load(one + i) + first));
        }
    }
}

inline float total(V v) {
    float sum = 0;
    for (int i = 0; i < VL; ++i) sum += v[i];
    return sum;
}

// Add the sums of planes to `sums`.
template <class T>
inline void add_up(int channels, int pixels, const T* x, int stride, float* sums) {
    for (int c = 0; c < channels; ++c) {
        const T* from = x + (size_t)c * stride;
        V sum{};
        int i = 0;
        for (; i + VL <= pixels; i += VL) sum += load(from + i);
        float rest = total(sum);
        for (; i < pixels; ++i) rest += wide(from[i]);
        sums[c] += rest;
    }
}

}  // namespace
