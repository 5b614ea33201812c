// The 3x3 convolutions at either end, between pictures and maps.

#pragma once

#include "products.h"

extern "C" {

struct Convolution {  // 3x3, zero padded, between a picture (channels, rows, columns) and a map
    int32_t rows, width;                  // of the map
    int32_t picture_rows, picture_width;  // which may be smaller: behind it lie zeros
    int32_t inputs, outputs, band;
    const void* x;
    void* y;
    const float* add;  // picture to add; then the result is a picture, else a map
    const float *w, *b;

    int32_t out_rows() const { return add ? picture_rows : rows; }
    int32_t out_width() const { return add ? picture_width : width; }
};
}

namespace {

// A row of what is convolved, (inputs, stride) with a pixel of zeros at either end; the first is at `to[VL - 1]`.
void fetch(const Convolution& v, int row, int stride, float* to) {
    if (row < 0 || row >= (v.add ? v.rows : v.picture_rows)) {
        memset(to, 0, (size_t)v.inputs * stride * sizeof(float));
        return;
    }
    for (int c = 0; c < v.inputs; ++c) {
        float* line = to + (size_t)c * stride + VL;
        if (v.add) {
            const Stored* from = (const Stored*)v.x + ((size_t)row * tiles(v.width) * v.inputs + c) * TN;
            for (int at = 0; at < v.width; at += TN, from += v.inputs * TN)
                for (int n = 0; n < NR; ++n) store(line + at + n * VL, load(from + n * VL));
        } else {
            const float* from = (const float*)v.x + ((size_t)c * v.picture_rows + row) * v.picture_width;
            memcpy(line, from, v.picture_width * sizeof(float));
            memset(line + v.picture_width, 0, (v.width - v.picture_width) * sizeof(float));
        }
        line[-1] = line[v.width] = 0;
    }
}

// Add what M outputs make of all inputs.
template <int N, int M>
inline void convolve_inputs(const Convolution& v, int at, const float* const (&lines)[3], int stride,
                            const float* weights, V (&sums)[MR][N]) {
    for (int c = 0; c < v.inputs; ++c)
#pragma GCC unroll 3
        for (int dy = 0; dy < 3; ++dy) {
            const float* from = lines[dy] + (size_t)c * stride + at * TN + VL - 1;
#pragma GCC unroll 3
            for (int dx = 0; dx < 3; ++dx, weights += MR) multiply_channel<N, M>(from + dx, weights, sums);
        }
}

template <int N>
__attribute__((noinline)) void convolve_tile(const Convolution& v, int row, int at, const float* const (&lines)[3],
                                             int stride) {
    const int pixels = least(N * VL, v.out_width() - at * TN);
    for (int g = 0; g < groups(v.outputs); ++g) {
        V sums[MR][N];
        begin(v.b + g * MR, sums);
        const float* weights = v.w + (size_t)g * MR * 9 * v.inputs;
        if (v.outputs - g * MR <= MR / 2)  // as a picture's three are
            convolve_inputs<N, MR / 2>(v, at, lines, stride, weights, sums);
        else
            convolve_inputs<N, MR>(v, at, lines, stride, weights, sums);
        for (int m = 0; m < MR && g * MR + m < v.outputs; ++m) {
            const int output = g * MR + m;
            if (!v.add) {
                Stored* to = (Stored*)v.y + (((size_t)row * tiles(v.out_width()) + at) * v.outputs + output) * TN;
                for (int n = 0; n < N; ++n) store(to + n * VL, sums[m][n]);
                continue;
            }
            float* to = (float*)v.y + ((size_t)output * v.picture_rows + row) * v.picture_width + at * TN;
            const float* add = v.add + ((size_t)output * v.picture_rows + row) * v.picture_width + at * TN;
            float result[TN];
            for (int n = 0; n < N; ++n) store(result + n * VL, sums[m][n]);
            for (int i = 0; i < pixels; ++i) to[i] = result[i] + add[i];
        }
    }
}

}  // namespace

extern "C" {

void convolve(const Convolution* convolution, int32_t* next, double*) {
    const Convolution& v = *convolution;
    const int stride = tiles(v.width) * TN + 2 * VL;
    const size_t size = (size_t)v.inputs * stride;
    Buffer<float> held(3 * size);
    const int tasks = parts(v.out_rows(), v.band);
    for (int task; (task = take(next)) < tasks;) {
        const int top = task * v.band, bottom = least(top + v.band, v.out_rows());
        for (int row = top - 1; row <= bottom; ++row) {
            fetch(v, row, stride, held.get() + (row + 3) % 3 * size);
            if (row <= top) continue;
            const float* lines[3];
            for (int dy = 0; dy < 3; ++dy) lines[dy] = held.get() + (row + 1 + dy) % 3 * size;
            for (int at = 0; at < tiles(v.out_width()); ++at)
                TILE(convolve_tile, v.out_width() - at * TN, v, row - 1, at, lines, stride)
        }
    }
}
}
