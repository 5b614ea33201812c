// A NAFBlock, in two sweeps over the picture.

#pragma once

#include "cells.h"
#include "norms.h"

extern "C" {

struct Block {
    int32_t rows, width, channels;
    int32_t band, chunk;  // rows and tiles of a task
    float eps;
    int32_t cell;  // side of the cells that windows are made of, 0 if there are none
    Stored* x;
    Stored* gated;
    float* cells;                // (channels, rows / cell, width / cell): averages first, then the attention
    const float* attention;      // by which the gated features are multiplied where there are no windows
    const float *scale, *shift;  // the instruction's modulation of what enters, or null
    const Factor* w1;
    const float *b1, *w2, *b2, *w3, *b3;  // w3 is (outputs, inputs), since the attention goes into it
    const Factor* w4;
    const float* b4;
    const Factor* w5;
    const float* b5;
};
}

namespace {

template <int N>
__attribute__((noinline)) void expand(const Block& b, const Stored* x, Factor* tile, float* hidden, int hidden_stride) {
    V mean[N], factor[N];
    average<N>(x, b.channels, b.scale, b.shift, mean);
    centre<N>(x, b.channels, b.eps, b.scale, b.shift, mean, tile, factor);
    const int outputs = 2 * b.channels;
    for (int g = 0; g < parts(outputs, OUT); ++g) {
        V sums[OUT][N];
        multiply<N>(tile, b.w1 + g * weights_of_group(b.channels), nullptr, b.channels, sums);
        float* to = hidden + (size_t)g * OUT * hidden_stride;
        const float* bias = b.b1 + g * OUT;
        each(sums, outputs - g * OUT, [&](int m, int n, V sum) {
            store(to + m * hidden_stride + n * VL, sum * factor[n] + all(bias[m]));
        });
    }
}

// A vector of one channel of a 3x3 convolution in R rows, from R + 2, which begin a pixel further left.
template <int R>
inline void depthwise(const float* const* rows, size_t at, const float* weights, float bias, V (&sums)[R]) {
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) sums[r] = all(bias);
#pragma GCC unroll 6
    for (int r = 0; r < R + 2; ++r)
#pragma GCC unroll 3
        for (int i = 0; i < 3; ++i) {
            const V v = load(rows[r] + at + i);
            if (r < R) sums[r] += all(weights[i]) * v;
            if (r > 0 && r <= R) sums[r - 1] += all(weights[3 + i]) * v;
            if (r > 1) sums[r - 2] += all(weights[6 + i]) * v;
        }
}

// Two channels that are convolved and multiplied by each other.
struct Pair {
    size_t one, two;  // where the rows of the two begin
    const float *weights_one, *weights_two;
    float bias_one, bias_two;
};

// Products of the two, to a channel of the tiles of R rows, and added to the sums in `columns`, or to the result.
template <int R>
__attribute__((noinline)) double gate_rows(const float* const* rows, const Pair& pair, int pixels, Stored* const* out,
                                           float* const* columns, size_t tile_size) {
    V sum = {};
    double rest = 0;
    for (int at = 0, tile = 0; at < pixels; at += TN, tile += tile_size)
        for (int lane = 0; lane < TN && at + lane < pixels; lane += VL) {
            V one[R], two[R];
            depthwise<R>(rows, pair.one + at + lane, pair.weights_one, pair.bias_one, one);
            depthwise<R>(rows, pair.two + at + lane, pair.weights_two, pair.bias_two, two);
            const int count = pixels - at - lane;
            V column = all(0);
#pragma GCC unroll 4
            for (int r = 0; r < R; ++r) {
                const V product = one[r] * two[r];
                // A channel of the next tile lies too far off for the processor to see that it comes next.
                __builtin_prefetch(out[r] + tile + tile_size + lane, 1);
                store(out[r] + tile + lane, product);
                column += product;
                if (columns && (r + 1 == R || columns[r] != columns[r + 1])) {  // the last row of a cell here
                    float* whole = columns[r] + tile + lane;
                    store(whole, load(whole) + column);
                    column = all(0);
                }
            }
            if (columns) continue;
            if (count >= VL)
                sum += column;
            else
                for (int i = 0; i < count; ++i) rest += column[i];
        }
    for (int i = 0; i < VL; ++i) rest += sum[i];
    return rest;
}

constexpr int ROWS = 4;         // that are convolved together: most of what is read serves all of them
constexpr int HELD = ROWS + 2;  // that this takes
constexpr decltype(&gate_rows<1>) GATE_ROWS[ROWS] = {gate_rows<1>, gate_rows<2>, gate_rows<3>, gate_rows<4>};

// The attention of the columns in the middle rows of two cells, as tiles: what a task goes by, row after row.
class Attention {
    const Block& b;
    const size_t size;
    Buffer<float> line, lines;
    int held[2] = {-1, -1};

    const float* spread_over(int row) {
        const int rows = b.rows / b.cell;
        float* columns = lines.get() + row % 2 * size;
        if (held[row % 2] != row) spread({row, rows, b.cell, b.channels, b.width, 0, b.width}, b.cells, line.get(), columns);
        held[row % 2] = row;
        return columns;
    }

  public:
    const float *upper, *lower;  // of the rows of cells around a row of pixels
    float down;                  // how far it is on the way between

    explicit Attention(const Block& block)
        : b(block),
          size(b.cell ? (size_t)tiles(b.width) * b.channels * TN : 0),
          line(b.cell ? tiles(b.width) * TN : 0),
          lines(2 * size) {}

    void go_to(int row) {
        if (!b.cell) return;
        const float place = (row + 0.5f) / b.cell - 0.5f, from = place > 0 ? place : 0;
        const int above = (int)from, below = least(above + 1, b.rows / b.cell - 1);
        upper = spread_over(above), lower = spread_over(below), down = from - above;
    }
};

// The gated features of a tile times the attention there, which lies between that of two cells' middle rows.
template <int N>
inline void weigh(const Attention& attention, int channels, int at, const Stored* gated, Factor* tile) {
    const size_t start = (size_t)at * channels * TN;
    const float *upper = attention.upper + start, *lower = attention.lower + start;
    const V down = all(attention.down);
    const auto weighed = [&](int i) {
        const V factor = load(upper + i) + down * (load(lower + i) - load(upper + i));
        return load(gated + i) * factor;
    };
    for (int c = 0; c < channels; c += 2)
        for (int lane = 0; lane < N * VL; lane += VL) {
            const V one = weighed(c * TN + lane);
            if (c + 1 < channels)
                enter(tile, c, lane, one, weighed((c + 1) * TN + lane));
            else
                enter(tile, c, lane, one);
        }
}

template <int N>
__attribute__((noinline)) void finish_tile(const Block& b, const Attention& attention, int row, int at,
                                           const Factor* w3, float* stream, Factor* tile, Factor* hidden) {
    const int channels = b.channels;
    const size_t start = ((size_t)row * tiles(b.width) + at) * channels * TN;
    Stored* x = b.x + start;
    const Stored* from = b.gated + start;
    for (int c = 0; c < channels; ++c) ahead(from + (channels + c) * TN);
    const Factor* gated = tile;
    if (b.cell)
        weigh<N>(attention, channels, at, from, tile);
    else
        gated = entered(from, channels, tile);
    V mean[N], odd[N];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] = odd[n] = all(0);
    for (int g = 0; g < parts(channels, OUT); ++g) {
        V sums[OUT][N];
        multiply<N>(gated, w3 + g * weights_of_group(channels), b.b3 + g * OUT, channels, sums);
        each(sums, channels - g * OUT, [&](int m, int n, V sum) {
            const int c = g * OUT + m, place = c * TN + n * VL;
            ahead(x + channels * TN + place);
            const V v = modulated(x + place, c, b.scale, b.shift) + sum;
            store(stream + place, v);
            (m % 2 ? odd : mean)[n] += v;
        });
    }
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] = (mean[n] + odd[n]) * all(1.0f / channels);
    V factor[N];
    centre<N>(stream, channels, b.eps, nullptr, nullptr, mean, tile, factor);
    constexpr int PAIRS = OUT / 2;  // a group holds the two factors of each of these
    for (int g = 0; g < (channels + PAIRS - 1) / PAIRS; ++g) {
        V sums[OUT][N];
        multiply<N>(tile, b.w4 + g * weights_of_group(channels), nullptr, channels, sums);
        const float* bias = b.b4 + g * OUT;
        const auto product = [&](int m, int n) {
            const V one = sums[m][n] * factor[n] + all(bias[m]);
            return one * (sums[PAIRS + m][n] * factor[n] + all(bias[PAIRS + m]));
        };
#pragma GCC unroll 2
        for (int m = 0; m < PAIRS; m += 2)
#pragma GCC unroll 3
            for (int n = 0; n < N; ++n) enter(hidden, g * PAIRS + m, n * VL, product(m, n), product(m + 1, n));
    }
    for (int g = 0; g < parts(channels, OUT); ++g) {
        V sums[OUT][N];
        multiply<N>(hidden, b.w5 + g * weights_of_group(channels), b.b5 + g * OUT, channels, sums);
        Stored* to = x + g * OUT * TN;
        const float* from = stream + g * OUT * TN;
        const bool residual = b.scale;
        each(sums, channels - g * OUT, [=](int m, int n, V sum) {
            Stored* at = to + m * TN + n * VL;
            const V v = load(from + m * TN + n * VL) + sum;
            store(at, residual ? load(at) + v : v);
        });
    }
}

}  // namespace

extern "C" {

// First sweep of a block: the gated features, and their sums by channel, for each task apart: their order, and
// so their rounding, is the same whichever worker takes them.
void gate(const Block* block, int32_t* next, double* sums) {
    const Block& b = *block;
    const int channels = b.channels, across = tiles(b.width), chunk = least(b.chunk, across);
    // A vector of the tile before and one of the tile behind.
    const int stride = chunk * TN + 2 * VL;
    const size_t size = (size_t)2 * channels * stride, tile_size = (size_t)channels * TN;
    const Unit unit(channels);
    Buffer<float> hidden(HELD * size);
    Buffer<Factor> tile(filled(channels) * TN);
    // What a task sums up of cells: down their columns, of as many rows of cells as are met together.
    const size_t part = b.cell ? chunk * tile_size : 0;
    Buffer<float> columns(ROWS * part), line(b.cell ? chunk * TN : 0);
    const int chunks = parts(across, chunk), tasks = parts(b.rows, b.band) * chunks;
    for (int task; (task = take(next)) < tasks;) {
        const int top = task / chunks * b.band, bottom = least(top + b.band, b.rows);
        const int first = task % chunks * chunk, last = least(first + chunk, across);
        const int pixels = least(last * TN, b.width) - first * TN;
        const auto held = [&](int row) { return hidden.get() + (row + HELD) % HELD * size; };
        int done = top;
        for (int row = top - 1; row <= bottom; ++row) {
            float* made = held(row);
            if (row < 0 || row >= b.rows)
                memset(made, 0, size * sizeof(float));
            else {
                const size_t start = ((size_t)row * across + first) * tile_size;
                const Stored* x = b.x + start;
                if (first > 0) expand<1>(b, x - tile_size + TN - VL, tile.get(), made, stride);
                for (int at = 0; at < pixels; at += TN, x += tile_size)
                    TILE(expand, pixels - at, b, x, tile.get(), made + VL + at, stride)
                if (last < across) expand<1>(b, x, tile.get(), made + VL + pixels, stride);
                for (int c = 0; c < 2 * channels; ++c) {
                    if (first == 0) made[(size_t)c * stride + VL - 1] = 0;
                    if (last == across) made[(size_t)c * stride + VL + pixels] = 0;
                }
            }
            const int count = row == done + ROWS ? ROWS : row == bottom ? bottom - done : 0;
            if (count == 0) continue;
            const float* rows[HELD];
            for (int i = 0; i < HELD; ++i) rows[i] = held(done - 1 + i) + VL - 1;
            for (int c = 0; c < channels; ++c) {
                const Pair pair{(size_t)c * stride,  (size_t)(c + channels) * stride,
                                b.w2 + 9 * c,        b.w2 + 9 * (c + channels),
                                b.b2[c],             b.b2[c + channels]};
                Stored* to[ROWS];
                float* sums_of[ROWS];
                for (int i = 0; i < count; ++i) {
                    to[i] = b.gated + ((size_t)(done + i) * across + first) * tile_size + c * TN;
                    if (b.cell) sums_of[i] = columns.get() + (done + i) / b.cell % ROWS * part + c * TN;
                }
                const double sum = GATE_ROWS[count - 1](rows, pair, pixels, to, b.cell ? sums_of : nullptr, tile_size);
                if (!b.cell) sums[(size_t)task * channels + c] += sum;
            }
            for (const int end = done + count; done < end; ++done) {
                if (!b.cell || (done + 1) % b.cell) continue;  // not the last row of a cell
                float* whole = columns.get() + done / b.cell % ROWS * part;
                average({done / b.cell, b.rows / b.cell, b.cell, channels, pixels, first * TN, b.width}, whole, line.get(), b.cells);
                memset(whole, 0, part * sizeof(float));
            }
        }
    }
}

// Second sweep, in place: attention and the feed-forward part.
void finish(const Block* block, int32_t* next, double*) {
    const Block& b = *block;
    const int channels = b.channels;
    const Unit unit(channels);
    Buffer<float> stream((size_t)(channels + OUT) * TN);
    Buffer<Factor> tile(filled(channels) * TN), hidden((filled(channels) + OUT) * TN);
    // With the attention in it, if it is one for all pixels.
    Buffer<Factor> w3(parts(channels, OUT) * weights_of_group(channels));
    for (int output = 0, at = 0; output < channels; ++output)
        for (int input = 0; input < channels; ++input, ++at)
            weight(w3.get(), channels, output, input, b.w3[at] * (b.cell ? 1 : b.attention[input]));
    Attention attention(b);
    EACH_ROW(b.rows, b.band) {
        attention.go_to(row);
        for (int at = 0; at < tiles(b.width); ++at)
            TILE(finish_tile, b.width - at * TN, b, attention, row, at, w3.get(), stream.get(), tile.get(), hidden.get())
    }
}
}
