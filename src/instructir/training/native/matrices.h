// Products of a chunk of pixels with weights, and of two chunks with each other, which are gradients of weights.
//
// In float32 a BLAS makes them. With BF16_PRODUCTS factors are rounded to bfloat16, the processor's matrix unit
// multiplies them, and sums are float32.

#pragma once

#include "pointwise.h"
#if defined(BF16_PRODUCTS)
#include "products.h"
#endif

extern "C" {

// Fortran's product of matrices, as every BLAS has it.
typedef void (*Product)(const char*, const char*, const int*, const int*, const int*, const float*, const float*,
                        const int*, const float*, const int*, const float*, float*, const int*);
}

namespace {

// Planes, and a bias of each, that a product is added to.
struct Residual {
    const float* at = nullptr;
    int stride = 0;
    const float* bias = nullptr;
};

#if defined(BF16_PRODUCTS)

// The unit multiplies 16 rows by 16 columns, 32 factors each, at once; two by two of them share what is loaded.
constexpr int ROWS = 16, DEEP = 32, TILE = ROWS * DEEP;

inline int whole(int count, int part) { return parts(count, part) * part; }

// The layout of all of the unit's registers: 0 to 3 hold sums, 4 and 5 rows, 6 and 7 columns.
class Registers {
  public:
    Registers() {
        alignas(64) uint8_t layout[64] = {1};
        uint16_t* bytes = reinterpret_cast<uint16_t*>(layout + 16);
        for (int i = 0; i < 8; ++i) layout[48 + i] = ROWS, bytes[i] = 64;
        _tile_loadconfig(layout);
    }
    ~Registers() { _tile_release(); }
    Registers(const Registers&) = delete;
    Registers& operator=(const Registers&) = delete;
};

inline __mmask16 first(int count) { return count >= VL ? 0xffff : count > 0 ? (1 << count) - 1 : 0; }

inline V load_some(const float* from, int count) { return (V)_mm512_maskz_loadu_ps(first(count), from); }
inline V load_some(const Stored* from, int count) {
    return (V)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(first(count), from)), 16);
}
inline void store_some(float* to, V v, int count) { _mm512_mask_storeu_ps(to, first(count), (__m512)v); }
inline void store_some(Stored* to, V v, int count) {
    _mm256_mask_storeu_epi16(to, first(count), (__m256i)_mm512_cvtneps_pbh((__m512)v));
}

// 32 neighbouring pixels of a plane, of which the first `count` are there, as factors.
template <class T>
inline __m512i factors(const T* from, int count) {
    return (__m512i)_mm512_cvtne2ps_pbh((__m512)load_some(from + VL, count - VL), (__m512)load_some(from, count));
}
inline __m512i factors(const Stored* from, int count) {
    const __mmask32 there = count >= DEEP ? ~0u : (1u << count) - 1;
    return _mm512_maskz_loadu_epi16(there, from);
}

// Rows of 16 pairs as columns.
inline void turn(__m512i (&rows)[ROWS]) {
#pragma GCC unroll 4
    for (int step = 1; step < ROWS; step *= 2) {
        alignas(64) int32_t upper[ROWS], lower[ROWS];
        for (int i = 0; i < ROWS; ++i) {
            upper[i] = i & step ? ROWS + i - step : i;
            lower[i] = i & step ? ROWS + i : i + step;
        }
        const __m512i one = _mm512_load_si512(upper), two = _mm512_load_si512(lower);
#pragma GCC unroll 16
        for (int i = 0; i < ROWS; ++i) {
            if (i & step) continue;
            const __m512i a = rows[i], b = rows[i + step];
            rows[i] = _mm512_permutex2var_epi32(a, one, b);
            rows[i + step] = _mm512_permutex2var_epi32(a, two, b);
        }
    }
}

struct Operand {
    const Factor* at;
    int channels, count;
};

// Where operands are laid out, one of each kind at a time.
class Desk {
    Registers registers;
    const size_t size;
    Room<Factor> memory;

  public:
    Desk(int channels, int pixels) : size((size_t)whole(channels, DEEP) * whole(pixels, DEEP)), memory(3 * size) {}

    // What weights are multiplied by: (blocks of 32 pixels, pairs of channels, 32 pixels, 2).
    template <class T>
    Operand inputs(const T* from, int stride, int channels, int count) {
        Factor* to = memory.get();
        for (int at = 0; at < count; at += DEEP)
            for (int c = 0; c < whole(channels, DEEP); c += 2)
                for (int lane = at; lane < at + DEEP; lane += VL, to += 2 * VL) {
                    const T* one = from + (size_t)c * stride + lane;
                    enter(to, c < channels ? load_some(one, count - lane) : all(0),
                          c + 1 < channels ? load_some(one + stride, count - lane) : all(0));
                }
        return {memory.get(), channels, count};
    }

    // The first factor of gradients: (blocks of 32 pixels, channels, 32 pixels).
    template <class T>
    Operand rows(const T* from, int stride, int channels, int count) {
        Factor* to = memory.get() + size;
        for (int at = 0; at < count; at += DEEP)
            for (int c = 0; c < whole(channels, ROWS); ++c, to += DEEP)
                _mm512_store_si512(to, c < channels ? factors(from + (size_t)c * stride + at, count - at) : __m512i{});
        return {memory.get() + size, channels, count};
    }

    // The second: (blocks of 32 pixels, blocks of 16 channels, pairs of pixels, 16 channels, 2).
    template <class T>
    Operand columns(const T* from, int stride, int channels, int count) {
        Factor* to = memory.get() + 2 * size;
        for (int at = 0; at < count; at += DEEP)
            for (int c = 0; c < channels; c += ROWS, to += TILE) {
                __m512i block[ROWS];
                for (int i = 0; i < ROWS; ++i)
                    block[i] = c + i < channels ? factors(from + (size_t)(c + i) * stride + at, count - at) : __m512i{};
                turn(block);
                for (int i = 0; i < ROWS; ++i) _mm512_store_si512(to + i * DEEP, block[i]);
            }
        return {memory.get() + 2 * size, channels, count};
    }
};

// Sums of two by two blocks.
struct Sums {
    alignas(64) float values[2 * ROWS][2 * VL];

    static void clear() {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    void take() {
        _tile_stored(0, values[0], sizeof(values[0]));
        _tile_stored(1, values[0] + VL, sizeof(values[0]));
        _tile_stored(2, values[ROWS], sizeof(values[0]));
        _tile_stored(3, values[ROWS] + VL, sizeof(values[0]));
        __asm__ volatile("" ::: "memory");  // the unit's stores are nothing to compilers
    }
};

inline size_t weights_of(int outputs, int inputs) { return (size_t)whole(outputs, ROWS) * whole(inputs, DEEP); }

// Weights (outputs, inputs), filled up with zeros, as factors, each row or column of them times one of `factors`.
inline void fill(const float* weights, int outputs, int inputs, const float* row_factors, const float* column_factors,
                 Factor* to) {
    for (int o = 0; o < outputs; ++o)
        for (int i = 0; i < inputs; i += VL) {
            V v = load_some(weights + (size_t)o * inputs + i, inputs - i);
            if (row_factors) v *= all(row_factors[o]);
            if (column_factors) v *= load_some(column_factors + i, inputs - i);
            store_some(to + (size_t)o * whole(inputs, DEEP) + i, v, inputs - i);
        }
}

// to (outputs, pixels) = weights (outputs, inputs) * pixels, and what they are added to.
template <class T>
__attribute__((noinline)) void multiply(Product, const Factor* weights, int outputs, const Operand& pixels, T* to,
                                        int stride, const Residual& residual = {}) {
    const int inputs = whole(pixels.channels, DEEP);
    Sums sums;
    __asm__ volatile("" ::: "memory");  // nor its loads
    for (int at = 0; at < pixels.count; at += DEEP)
        for (int o = 0; o < outputs; o += 2 * ROWS) {
            const Factor *first = weights + (size_t)o * inputs, *second = first + ROWS * inputs;
            const Factor* columns = pixels.at + (size_t)at * inputs;
            const bool both = outputs - o > ROWS;
            Sums::clear();
            for (int i = 0; i < inputs; i += DEEP, columns += DEEP * DEEP) {
                _tile_loadd(4, first + i, inputs * sizeof(Factor));
                _tile_loadd(6, columns, 2 * DEEP * sizeof(Factor));
                _tile_loadd(7, columns + 2 * VL, 2 * DEEP * sizeof(Factor));
                _tile_dpbf16ps(0, 4, 6);
                _tile_dpbf16ps(1, 4, 7);
                if (!both) continue;
                _tile_loadd(5, second + i, inputs * sizeof(Factor));
                _tile_dpbf16ps(2, 5, 6);
                _tile_dpbf16ps(3, 5, 7);
            }
            sums.take();
            for (int m = 0; m < least(2 * ROWS, outputs - o); ++m)
                for (int lane = 0; lane < DEEP; lane += VL) {
                    const int count = pixels.count - at - lane, row = o + m;
                    V v = load(sums.values[m] + lane);
                    if (residual.at)
                        v += load_some(residual.at + (size_t)row * residual.stride + at + lane, count) + all(residual.bias[row]);
                    store_some(to + (size_t)row * stride + at + lane, v, count);
                }
        }
}

// Add to `gradient` (rows' channels, columns' channels) the sums over pixels of their products.
__attribute__((noinline)) inline void add_products(Product, const Operand& rows, const Operand& columns, float* gradient) {
    const int row_blocks = parts(rows.channels, ROWS), column_blocks = parts(columns.channels, ROWS);
    Sums sums;
    __asm__ volatile("" ::: "memory");
    for (int r = 0; r < row_blocks; r += 2)
        for (int c = 0; c < column_blocks; c += 2) {
            const bool two_rows = r + 1 < row_blocks, two_columns = c + 1 < column_blocks;
            Sums::clear();
            for (int at = 0; at < parts(rows.count, DEEP); ++at) {
                const Factor* row = rows.at + ((size_t)at * row_blocks + r) * TILE;
                const Factor* column = columns.at + ((size_t)at * column_blocks + c) * TILE;
                _tile_loadd(4, row, 64);
                _tile_loadd(6, column, 64);
                _tile_dpbf16ps(0, 4, 6);
                if (two_columns) {
                    _tile_loadd(7, column + TILE, 64);
                    _tile_dpbf16ps(1, 4, 7);
                }
                if (two_rows) {
                    _tile_loadd(5, row + TILE, 64);
                    _tile_dpbf16ps(2, 5, 6);
                    if (two_columns) _tile_dpbf16ps(3, 5, 7);
                }
            }
            sums.take();
            for (int m = 0; m < least(2 * ROWS, rows.channels - r * ROWS); ++m)
                for (int lane = 0; lane < 2 * VL; lane += VL) {
                    const int column = c * ROWS + lane;
                    float* place = gradient + (size_t)(r * ROWS + m) * columns.channels + column;
                    const int count = columns.channels - column;
                    store_some(place, load_some(place, count) + load(sums.values[m] + lane), count);
                }
        }
}

#else

typedef float Factor;

struct Operand {
    const float* at;
    int stride, channels, count;
};

// Operands stay where they are.
struct Desk {
    Desk(int, int) {}
    Operand inputs(const float* from, int stride, int channels, int count) { return {from, stride, channels, count}; }
    Operand rows(const float* from, int stride, int channels, int count) { return {from, stride, channels, count}; }
    Operand columns(const float* from, int stride, int channels, int count) { return {from, stride, channels, count}; }
};

inline size_t weights_of(int outputs, int inputs) { return (size_t)outputs * inputs; }

inline void fill(const float* weights, int outputs, int inputs, const float* row_factors, const float* column_factors,
                 float* to) {
    for (int o = 0; o < outputs; ++o)
        for (int i = 0; i < inputs; ++i)
            to[o * inputs + i] =
                weights[o * inputs + i] * (row_factors ? row_factors[o] : 1) * (column_factors ? column_factors[i] : 1);
}

inline void multiply(Product product, const float* weights, int outputs, const Operand& pixels, float* to, int stride,
                     const Residual& residual = {}) {
    const float one = 1, keep = residual.at ? 1 : 0;
    for (int o = 0; residual.at && o < outputs; ++o) {
        const float* __restrict__ from = residual.at + (size_t)o * residual.stride;
        float* __restrict__ row = to + (size_t)o * stride;
        for (int i = 0; i < pixels.count; ++i) row[i] = from[i] + residual.bias[o];
    }
    // Its matrices are in columns: these, turned.
    product("N", "N", &pixels.count, &outputs, &pixels.channels, &one, pixels.at, &pixels.stride, weights,
            &pixels.channels, &keep, to, &stride);
}

inline void add_products(Product product, const Operand& rows, const Operand& columns, float* gradient) {
    const float one = 1;
    product("T", "N", &columns.channels, &rows.channels, &rows.count, &one, columns.at, &columns.stride, rows.at,
            &rows.stride, &one, gradient, &columns.channels);
}

#endif

}  // namespace
