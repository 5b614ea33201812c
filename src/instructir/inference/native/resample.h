// Between a stage and the next deeper one.

#pragma once

#include "products.h"

extern "C" {

struct Resample {  // between a stage and the next deeper one
    int32_t rows, width, channels;  // of the deeper map if it is written, of the same map if it is read
    int32_t wide_tiles, band;
    Stored *wide, *deep;
    const Factor* w;
    const float* b;
};
}

namespace {

// A tile of the deeper map covers two of the wide one, the second of which may be missing at the end of a row.
template <int N>
__attribute__((noinline)) void down_tile(const Resample& r, int row, int at, Factor* tile) {
    const int inputs = 4 * r.channels, outputs = 2 * r.channels, size = r.channels * TN;
    for (int part = 0; part < 2 && 2 * at + part < r.wide_tiles; ++part)
        for (int dy = 0; dy < 2; ++dy) {
            const Stored* from = r.wide + ((size_t)(2 * row + dy) * r.wide_tiles + 2 * at + part) * size;
            for (int c = 0; c < r.channels; ++c, from += TN) enter_neighbours(from, tile, 4 * c + 2 * dy, part * HALF);
        }
    Stored* deep = r.deep + ((size_t)row * tiles(r.width) + at) * outputs * TN;
    for (int g = 0; g < parts(outputs, OUT); ++g) {
        V sums[OUT][N];
        multiply<N>(tile, r.w + g * weights_of_group(inputs), r.b + g * OUT, inputs, sums);
        Stored* to = deep + g * OUT * TN;
        each(sums, outputs - g * OUT, [=](int m, int n, V sum) { store(to + m * TN + n * VL, sum); });
    }
}

template <int N>
__attribute__((noinline)) void up_tile(const Resample& r, int row, int at, Factor* tile) {
    const int inputs = r.channels, outputs = 2 * r.channels, size = r.channels / 2 * TN;
    const Factor* deep = entered(r.deep + ((size_t)row * tiles(r.width) + at) * inputs * TN, inputs, tile);
    for (int g = 0; g < parts(outputs, OUT); ++g) {
        V sums[OUT][N];
        multiply<N>(deep, r.w + g * weights_of_group(inputs), nullptr, inputs, sums);
        for (int m = 0; m < OUT && g * OUT + m < outputs; m += 2) {
            const int output = g * OUT + m, c = output / 4, dy = output % 4 / 2;
            Stored* to = r.wide + ((size_t)(2 * row + dy) * r.wide_tiles + 2 * at) * size + c * TN;
            float left[TN] = {}, right[TN] = {};
            for (int n = 0; n < N; ++n) store(left + n * VL, sums[m][n]), store(right + n * VL, sums[m + 1][n]);
            for (int part = 0; part < 2 && 2 * at + part < r.wide_tiles; ++part, to += size) {
                float line[TN];
                for (int i = 0; i < HALF; ++i)
                    line[2 * i] = left[part * HALF + i], line[2 * i + 1] = right[part * HALF + i];
                for (int n = 0; n < NR; ++n) store(to + n * VL, load(to + n * VL) + load(line + n * VL));
            }
        }
    }
}

}  // namespace

extern "C" {

// 2x2 convolution of stride 2: `rows` and `width` are the deeper map's, `channels` those of the wide one.
void down(const Resample* resample, int32_t* next, double*) {
    const Resample& r = *resample;
    const Unit unit(4 * r.channels);
    Buffer<Factor> tile((size_t)filled(4 * r.channels) * TN);
    EACH_TILE(r.rows, r.band, r.width, TILE(down_tile, r.width - at * TN, r, row, at, tile.get()))
}

// 1x1 convolution and pixel shuffle, added to the wide map: `rows`, `width`, `channels` are the deeper map's.
void up(const Resample* resample, int32_t* next, double*) {
    const Resample& r = *resample;
    const Unit unit(r.channels);
    Buffer<Factor> tile((size_t)filled(r.channels) * TN);
    EACH_TILE(r.rows, r.band, r.width, TILE(up_tile, r.width - at * TN, r, row, at, tile.get()))
}
}
