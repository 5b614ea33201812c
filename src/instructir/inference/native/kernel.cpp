// The image network's operations over rows of a picture, in float32, for one worker among several.
//
// Maps are (rows, channels, stride) float32: the pixels of a row lie side by side, channel by channel. So a
// vector holds neighbouring pixels, the layer norm needs no sum across lanes, and a 1x1 convolution is a matrix
// product of a small tile of pixels, which stays in the first cache, with weights that are streamed past it.
// `stride` is the width rounded up to whole vectors. What the lanes behind the width hold is never looked at;
// every map has GUARD floats before and behind it that may be read.
//
// Weights of a product are packed as (groups, inputs, MR): MR outputs a group, missing ones zero.
//
// Each function takes tasks from a counter that all workers of a call share, until none is left. It writes
// nothing that another task reads or writes.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>

namespace {

#if defined(__AVX512F__)
constexpr int VL = 16, MR = 8;
#elif defined(__AVX__)
constexpr int VL = 8, MR = 4;
#elif defined(__aarch64__)
constexpr int VL = 4, MR = 8;
#else
constexpr int VL = 4, MR = 4;
#endif
constexpr int NR = 3;         // vectors of pixels in a tile: NR * MR sums fit the registers
constexpr int TN = NR * VL;   // pixels in a tile

typedef float V __attribute__((vector_size(4 * VL)));
typedef float U __attribute__((vector_size(4 * VL), aligned(4), may_alias));

inline V load(const float* p) { return *reinterpret_cast<const U*>(p); }
inline void store(float* p, V v) { *reinterpret_cast<U*>(p) = v; }
inline V all(float x) { return x - V{}; }  // not x + V{}, which would have to turn -0 into 0

// Ask for what a later tile needs of a map, whose rows of a channel are too short for the processor to foresee.
inline void ahead(const float* p) {
    for (int i = 0; i < TN; i += 16) __builtin_prefetch(p + 2 * TN + i);
}

// Keep a value in a register: compilers else load it again for each product that it is in.
inline void hold(V& v) {
#if defined(__x86_64__)
    __asm__("" : "+x"(v));
#elif defined(__aarch64__)
    __asm__("" : "+w"(v));
#endif
}

// Scratch space that begins with a line of the cache.
class Buffer {
    std::unique_ptr<float[]> floats;

  public:
    explicit Buffer(size_t count) : floats(new float[count + 16]) {}
    float* get() const {
        const auto address = reinterpret_cast<uintptr_t>(floats.get());
        return floats.get() + (64 - address % 64) % 64 / sizeof(float);
    }
};

inline int vectors(int pixels) { return std::min(NR, (pixels + VL - 1) / VL); }
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
inline void normalise(const float* x, int stride, int channels, float eps, const float* scale, const float* shift,
                      float* tile) {
    V mean[N], spread[N];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] = spread[n] = all(0);
    for (int c = 0; c < channels; ++c) {
        const float* from = x + (size_t)c * stride;
        ahead(from);
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            V v = load(from + n * VL);
            if (scale) v = v * all(scale[c]) + all(shift[c]);
            mean[n] += v;
            store(tile + c * TN + n * VL, v);
        }
    }
    const V share = all(1.0f / channels);
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) mean[n] *= share;
    for (int c = 0; c < channels; ++c)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) {
            const V v = load(tile + c * TN + n * VL) - mean[n];
            spread[n] += v * v;
        }
    // As an array: lane by lane, roots and quotients would not be computed side by side.
    alignas(64) float factor[N * VL];
#pragma GCC unroll 3
    for (int n = 0; n < N; ++n) store(factor + n * VL, spread[n] * share + all(eps));
    for (int i = 0; i < N * VL; ++i) factor[i] = 1.0f / std::sqrt(factor[i]);
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

extern "C" {

struct Block {
    int32_t rows, width, channels, stride;
    int32_t band, chunk;  // rows and columns of a task
    float eps;
    float* x;
    float* gated;
    const float *scale, *shift;  // the instruction's modulation of what enters, or null
    const float *w1, *b1, *w2, *b2, *w3, *b3, *w4, *b4, *w5, *b5;
};

struct Resample {  // between a stage and the next deeper one
    int32_t rows, width, channels;  // of the deeper map if it is written, of the same map if it is read
    int32_t wide_stride, deep_stride, band;
    float *wide, *deep;
    const float *w, *b;
};

struct Convolution {  // 3x3, zero padded
    int32_t rows, width, inputs, outputs;
    int32_t out_rows, out_width, band;
    int64_t x_row, x_channel, y_row, y_channel, add_row, add_channel;
    const float* x;
    float* y;
    const float* add;  // added to the result, or null
    const float *w, *b;
};

int32_t outputs_in_group() { return MR; }
int32_t floats_in_vector() { return VL; }
}

namespace {

template <int N>
__attribute__((noinline)) void expand(const Block& b, const float* x, float* tile, float* hidden, int hidden_stride) {
    normalise<N>(x, b.stride, b.channels, b.eps, b.scale, b.shift, tile);
    const int outputs = 2 * b.channels;
    for (int g = 0; g < groups(outputs); ++g) {
        V sums[MR][N];
        begin<N>(b.b1 + g * MR, sums);
        multiply<N>(tile, b.w1 + (size_t)g * MR * b.channels, b.channels, sums);
        float* to = hidden + (size_t)g * MR * hidden_stride;
        each<N>(sums, outputs - g * MR, [=](int m, int n, V sum) { store(to + m * hidden_stride + n * VL, sum); });
    }
}

// One channel of a 3x3 convolution in one row: three rows in, which begin a pixel further left, one out.
__attribute__((noinline)) void depthwise(const float* above, const float* middle, const float* below,
                                         const float* weights, float bias, int pixels, float* out) {
    const V a0 = all(weights[0]), a1 = all(weights[1]), a2 = all(weights[2]);
    const V b0 = all(weights[3]), b1 = all(weights[4]), b2 = all(weights[5]);
    const V c0 = all(weights[6]), c1 = all(weights[7]), c2 = all(weights[8]), start = all(bias);
    for (int at = 0; at < pixels; at += VL) {
        V sum = start + a0 * load(above + at), more = b0 * load(middle + at);
        sum += a1 * load(above + at + 1);
        more += b1 * load(middle + at + 1);
        sum += a2 * load(above + at + 2);
        more += b2 * load(middle + at + 2);
        sum += c0 * load(below + at);
        more += c1 * load(below + at + 1);
        sum += c2 * load(below + at + 2);
        store(out + at, sum + more);
    }
}

template <int N>
__attribute__((noinline)) void finish_tile(const Block& b, float* x, const float* gated, float* stream, float* tile, float* hidden) {
    const int channels = b.channels;
    for (int c = 0; c < channels; ++c) {
        ahead(x + (size_t)c * b.stride);
        ahead(gated + (size_t)c * b.stride);
        for (int n = 0; n < N; ++n) {
            V v = load(x + (size_t)c * b.stride + n * VL);
            if (b.scale) v = v * all(b.scale[c]) + all(b.shift[c]);
            store(stream + c * TN + n * VL, v);
            store(tile + c * TN + n * VL, load(gated + (size_t)c * b.stride + n * VL));
        }
    }
    for (int g = 0; g < groups(channels); ++g) {
        V sums[MR][N];
        begin<N>(b.b3 + g * MR, sums);
        multiply<N>(tile, b.w3 + (size_t)g * MR * channels, channels, sums);
        float* to = stream + g * MR * TN;
        each<N>(sums, MR, [=](int m, int n, V sum) {
            float* at = to + m * TN + n * VL;
            store(at, load(at) + sum);
        });
    }
    normalise<N>(stream, TN, channels, b.eps, nullptr, nullptr, tile);
    constexpr int PAIRS = MR / 2;  // a group holds the two factors of each of these
    for (int g = 0; g < (channels + PAIRS - 1) / PAIRS; ++g) {
        V sums[MR][N];
        begin<N>(b.b4 + g * MR, sums);
        multiply<N>(tile, b.w4 + (size_t)g * MR * channels, channels, sums);
#pragma GCC unroll 4
        for (int m = 0; m < PAIRS; ++m)
#pragma GCC unroll 3
            for (int n = 0; n < N; ++n)
                store(hidden + (g * PAIRS + m) * TN + n * VL, sums[m][n] * sums[PAIRS + m][n]);
    }
    for (int g = 0; g < groups(channels); ++g) {
        V sums[MR][N];
        begin<N>(b.b5 + g * MR, sums);
        multiply<N>(hidden, b.w5 + (size_t)g * MR * channels, channels, sums);
        float* to = x + (size_t)g * MR * b.stride;
        const float* from = stream + g * MR * TN;
        const int stride = b.stride;
        const bool residual = b.scale;
        each<N>(sums, channels - g * MR, [=](int m, int n, V sum) {
            float* at = to + m * stride + n * VL;
            const V v = load(from + m * TN + n * VL) + sum;
            store(at, residual ? load(at) + v : v);
        });
    }
}

template <int N>
__attribute__((noinline)) void down_tile(const Resample& r, int row, int column, float* tile) {
    const int inputs = 4 * r.channels, outputs = 2 * r.channels;
    for (int c = 0; c < r.channels; ++c)
        for (int dy = 0; dy < 2; ++dy) {
            const float* from = r.wide + ((size_t)(2 * row + dy) * r.channels + c) * r.wide_stride + 2 * column;
            float *even = tile + (4 * c + 2 * dy) * TN, *odd = even + TN;
            for (int i = 0; i < N * VL; ++i) even[i] = from[2 * i], odd[i] = from[2 * i + 1];
        }
    for (int g = 0; g < groups(outputs); ++g) {
        V sums[MR][N];
        begin<N>(r.b + g * MR, sums);
        multiply<N>(tile, r.w + (size_t)g * MR * inputs, inputs, sums);
        const int stride = r.deep_stride;
        float* to = r.deep + ((size_t)row * outputs + g * MR) * stride + column;
        each<N>(sums, outputs - g * MR, [=](int m, int n, V sum) { store(to + m * stride + n * VL, sum); });
    }
}

template <int N>
__attribute__((noinline)) void up_tile(const Resample& r, int row, int column, float* tile) {
    const int inputs = r.channels, outputs = 2 * r.channels, channels = r.channels / 2;
    const int pixels = std::min(N * VL, r.width - column);
    const float none[MR] = {};  // it has no bias
    for (int c = 0; c < inputs; ++c)
        for (int n = 0; n < N; ++n)
            store(tile + c * TN + n * VL, load(r.deep + ((size_t)row * inputs + c) * r.deep_stride + column + n * VL));
    for (int g = 0; g < groups(outputs); ++g) {
        V sums[MR][N];
        begin<N>(none, sums);
        multiply<N>(tile, r.w + (size_t)g * MR * inputs, inputs, sums);
        for (int m = 0; m < MR && g * MR + m < outputs; m += 2) {
            const int output = g * MR + m, c = output / 4, dy = output % 4 / 2;
            float* to = r.wide + ((size_t)(2 * row + dy) * channels + c) * r.wide_stride + 2 * column;
            float left[TN], right[TN];
            for (int n = 0; n < N; ++n) store(left + n * VL, sums[m][n]), store(right + n * VL, sums[m + 1][n]);
            for (int i = 0; i < pixels; ++i) to[2 * i] += left[i], to[2 * i + 1] += right[i];
        }
    }
}

template <int N>
__attribute__((noinline)) void convolve_tile(const Convolution& v, int row, int column, float* tile) {
    for (int c = 0; c < v.inputs; ++c)
        for (int dy = -1; dy < 2; ++dy) {
            float* to = tile + (9 * c + 3 * (dy + 1)) * TN;
            if (row + dy < 0 || row + dy >= v.rows) {
                std::memset(to, 0, 3 * TN * sizeof(float));
                continue;
            }
            const float* from = v.x + (row + dy) * v.x_row + c * v.x_channel;
            const bool inside = column > 0 && column + N * VL < v.width;
            for (int dx = -1; dx < 2; ++dx, to += TN)
                if (inside)
                    for (int n = 0; n < N; ++n) store(to + n * VL, load(from + column + dx + n * VL));
                else
                    for (int i = 0; i < N * VL; ++i) {
                        const int at = column + dx + i;
                        to[i] = at >= 0 && at < v.width ? from[at] : 0.0f;
                    }
        }
    const int inputs = 9 * v.inputs, pixels = std::min(N * VL, v.out_width - column);
    for (int g = 0; g < groups(v.outputs); ++g) {
        V sums[MR][N];
        begin<N>(v.b + g * MR, sums);
        multiply<N>(tile, v.w + (size_t)g * MR * inputs, inputs, sums);
        for (int m = 0; m < MR && g * MR + m < v.outputs; ++m) {
            const int output = g * MR + m;
            float* to = v.y + row * v.y_row + output * v.y_channel + column;
            float result[TN];
            for (int n = 0; n < N; ++n) store(result + n * VL, sums[m][n]);
            if (v.add) {
                const float* add = v.add + row * v.add_row + output * v.add_channel + column;
                for (int i = 0; i < pixels; ++i) to[i] = result[i] + add[i];
            } else
                std::memcpy(to, result, pixels * sizeof(float));
        }
    }
}

#define TILE(function, pixels, ...)                         \
    switch (vectors(pixels)) {                              \
        case 1: function<1>(__VA_ARGS__); break;            \
        case 2: function<2>(__VA_ARGS__); break;            \
        default: function<3>(__VA_ARGS__);                  \
    }

inline int parts(int whole, int part) { return (whole + part - 1) / part; }

}  // namespace

extern "C" {

// First sweep of a block: the gated features, and their sums by channel.
void gate(const Block* block, int32_t* next, double* sums) {
    const Block& b = *block;
    const int channels = b.channels, hidden_stride = (b.chunk + 2 + VL - 1) / VL * VL + VL;
    const size_t hidden_size = (size_t)2 * channels * hidden_stride;
    Buffer hidden(3 * hidden_size + TN), tile((size_t)channels * TN);
    Buffer factor(hidden_stride), other(hidden_stride);
    const int chunks = parts(b.width, b.chunk), tasks = parts(b.rows, b.band) * chunks;
    for (int task; (task = take(next)) < tasks;) {
        const int top = task / chunks * b.band, bottom = std::min(top + b.band, b.rows);
        const int left = task % chunks * b.chunk, right = std::min(left + b.chunk, b.width);
        const int pixels = right - left;
        for (int row = top - 1; row <= bottom; ++row) {
            float* made = hidden.get() + (row + 3) % 3 * hidden_size;
            if (row < 0 || row >= b.rows)
                std::memset(made, 0, hidden_size * sizeof(float));
            else {
                const float* x = b.x + (size_t)row * channels * b.stride + left - 1;
                for (int at = 0; at < pixels + 2; at += TN)
                    TILE(expand, pixels + 2 - at, b, x + at, tile.get(), made + at, hidden_stride)
                for (int c = 0; c < 2 * channels; ++c) {
                    if (left == 0) made[(size_t)c * hidden_stride] = 0;
                    if (right == b.width) made[(size_t)c * hidden_stride + pixels + 1] = 0;
                }
            }
            if (row <= top) continue;
            const float* above = hidden.get() + (row + 1) % 3 * hidden_size;
            const float* middle = hidden.get() + (row + 2) % 3 * hidden_size;
            for (int c = 0; c < channels; ++c) {
                const size_t a = (size_t)c * hidden_stride, d = (size_t)(c + channels) * hidden_stride;
                float* out = b.gated + ((size_t)(row - 1) * channels + c) * b.stride + left;
                for (int at = 0; at < pixels; at += 16) __builtin_prefetch(out + at, 1);
                depthwise(above + a, middle + a, made + a, b.w2 + 9 * c, b.b2[c], pixels, factor.get());
                depthwise(above + d, middle + d, made + d, b.w2 + 9 * (c + channels), b.b2[c + channels], pixels,
                          other.get());
                V sum = {};
                int at = 0;
                for (; at + VL <= pixels; at += VL) {
                    const V product = load(factor.get() + at) * load(other.get() + at);
                    store(out + at, product);
                    sum += product;
                }
                double total = 0;
                for (; at < pixels; ++at) total += out[at] = factor.get()[at] * other.get()[at];
                for (int i = 0; i < VL; ++i) total += sum[i];
                sums[c] += total;
            }
        }
    }
}

// Second sweep, in place: attention (which `w3` contains) and the feed-forward part.
void finish(const Block* block, int32_t* next, double*) {
    const Block& b = *block;
    const size_t size = (size_t)(b.channels + MR) * TN;
    Buffer stream(size), tile(size), hidden(size);
    std::memset(stream.get(), 0, size * sizeof(float));
    const int tasks = parts(b.rows, b.band);
    for (int task; (task = take(next)) < tasks;)
        for (int row = task * b.band; row < std::min((task + 1) * b.band, b.rows); ++row) {
            const size_t at = (size_t)row * b.channels * b.stride;
            for (int column = 0; column < b.width; column += TN)
                TILE(finish_tile, b.width - column, b, b.x + at + column, b.gated + at + column, stream.get(),
                     tile.get(), hidden.get())
        }
}

// 2x2 convolution of stride 2: `rows` and `width` are the deeper map's, `channels` those of the wide one.
void down(const Resample* resample, int32_t* next, double*) {
    const Resample& r = *resample;
    Buffer tile((size_t)4 * r.channels * TN);
    const int tasks = parts(r.rows, r.band);
    for (int task; (task = take(next)) < tasks;)
        for (int row = task * r.band; row < std::min((task + 1) * r.band, r.rows); ++row)
            for (int column = 0; column < r.width; column += TN)
                TILE(down_tile, r.width - column, r, row, column, tile.get())
}

// 1x1 convolution and pixel shuffle, added to the wide map: `rows`, `width`, `channels` are the deeper map's.
void up(const Resample* resample, int32_t* next, double*) {
    const Resample& r = *resample;
    Buffer tile((size_t)r.channels * TN);
    const int tasks = parts(r.rows, r.band);
    for (int task; (task = take(next)) < tasks;)
        for (int row = task * r.band; row < std::min((task + 1) * r.band, r.rows); ++row)
            for (int column = 0; column < r.width; column += TN)
                TILE(up_tile, r.width - column, r, row, column, tile.get())
}

void convolve(const Convolution* convolution, int32_t* next, double*) {
    const Convolution& v = *convolution;
    Buffer tile((size_t)9 * v.inputs * TN);
    const int tasks = parts(v.out_rows, v.band);
    for (int task; (task = take(next)) < tasks;)
        for (int row = task * v.band; row < std::min((task + 1) * v.band, v.out_rows); ++row)
            for (int column = 0; column < v.out_width; column += TN)
                TILE(convolve_tile, v.out_width - column, v, row, column, tile.get())
}
}
