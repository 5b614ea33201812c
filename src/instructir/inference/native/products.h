// Products of tiles with packed weights: what the 1x1 convolutions are, and most of the arithmetic.
//
// In float32 they are summed up in registers. With BF16_PRODUCTS pixels are rounded to bfloat16 and the processor's
// matrix unit (AMX) multiplies them, many times faster, by weights that are sums of two such numbers: what rounds
// pixels is noise, what rounds weights is an error of its own that shifts whole pictures. Sums are float32.

#pragma once

#include "tiles.h"

#if defined(BF16_PRODUCTS)
#if !defined(__AMX_BF16__) || !defined(__AVX512BF16__) || !defined(__linux__)
#error "this processor has no matrix unit for bfloat16"
#endif
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace {

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

template <int N, int M>
inline void clear(V (&sums)[M][N]) {
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m)
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) sums[m][n] = all(0);
}

template <int N, int M>
inline void begin(const float* bias, V (&sums)[M][N]) {
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m) {
        const V start = all(bias[m]);
#pragma GCC unroll 3
        for (int n = 0; n < N; ++n) sums[m][n] = start;
    }
}

// Call `use(m, n, sum)` for the first `outputs` of a group. Constant indices alone keep sums in registers.
template <int N, int M, class Use>
inline void each(const V (&sums)[M][N], int outputs, Use use) {
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m)
        if (m < outputs) {
#pragma GCC unroll 3
            for (int n = 0; n < N; ++n) use(m, n, sums[m][n]);
        }
}

#if defined(BF16_PRODUCTS)

// What enters a product is (pairs of channels, TN, 2), and its weights are (groups, 2, OUT, inputs): the upper parts
// of a group and the lower ones, with inputs filled up to whole blocks by zeros. The unit multiplies a block of inputs
// at once: 16 outputs by 16 pixels.

typedef uint16_t Factor;  // the upper half of a float
constexpr int OUT = 16;   // outputs of a group
constexpr int MOST = 32;  // inputs of a block

inline int block(int inputs) { return least(MOST, inputs + inputs % 2); }
inline int filled(int inputs) { return parts(inputs, block(inputs)) * block(inputs); }
inline size_t weights_of_group(int inputs) { return (size_t)2 * OUT * filled(inputs); }

// The unit's registers 0 to 2 hold sums, 3 to 5 pixels, 6 and 7 weights. Each worker says so of itself.
class Unit {
  public:
    // Linux lends the registers to processes that ask for them.
    static bool lent() {
        constexpr int REQUEST = 0x1023, DATA = 18;
        return syscall(SYS_arch_prctl, REQUEST, DATA) == 0;
    }
    explicit Unit(int inputs) {
        alignas(64) uint8_t layout[64] = {1};
        uint16_t* bytes = reinterpret_cast<uint16_t*>(layout + 16);
        uint8_t* rows = layout + 48;
        for (int i = 0; i < 3; ++i) {
            rows[i] = OUT, bytes[i] = 4 * VL;
            rows[3 + i] = block(inputs) / 2, bytes[3 + i] = 4 * VL;
        }
        for (int i = 6; i < 8; ++i) rows[i] = OUT, bytes[i] = 2 * block(inputs);
        _tile_loadconfig(layout);
    }
    ~Unit() { _tile_release(); }
    Unit(const Unit&) = delete;
    Unit& operator=(const Unit&) = delete;
};

// Two vectors as one of pairs.
inline void enter(Factor* to, V one, V two) {
    alignas(64) static constexpr uint16_t ORDER[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                       8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    const __m512i both = (__m512i)_mm512_cvtne2ps_pbh((__m512)two, (__m512)one);
    _mm512_storeu_si512(to, _mm512_permutexvar_epi16(_mm512_load_si512(ORDER), both));
}

// A vector of pixels of channel c, and of the next one, which may be missing.
inline void enter(Factor* tile, int c, int lane, V one, V two) { enter(tile + (size_t)c * TN + 2 * lane, one, two); }
inline void enter(Factor* tile, int c, int lane, V one) { enter(tile, c, lane, one, all(0)); }

// A tile of a map.
inline const Factor* entered(const Stored* from, int channels, Factor* tile) {
    for (int c = 0; c < channels; c += 2)
        for (int lane = 0; lane < TN; lane += VL) {
            const V one = load(from + c * TN + lane);
            enter(tile, c, lane, one, c + 1 < channels ? load(from + (c + 1) * TN + lane) : all(0));
        }
    return tile;
}

// A row of twice as many pixels as channels c and c + 1 of every second one; `from` holds TN of them.
inline void enter_neighbours(const Stored* from, Factor* tile, int c, int pixel) {
    Factor* to = tile + (size_t)c * TN + 2 * pixel;
    for (int i = 0; i < TN; i += VL) {
        const __m256i half = (__m256i)_mm512_cvtneps_pbh((__m512)load(from + i));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), half);
    }
}

inline void weight(Factor* packed, int inputs, int output, int input, float value) {
    Factor* to = packed + output / OUT * weights_of_group(inputs) + (size_t)(output % OUT) * filled(inputs) + input;
    for (int part = 0; part < 2; ++part, to += weights_of_group(inputs) / 2) {
        const __m128bh half = _mm_cvtneps_pbh(_mm_set_ss(value));
        memcpy(to, &half, sizeof(Factor));
        const uint32_t bits = (uint32_t)*to << 16;
        float taken;
        memcpy(&taken, &bits, sizeof(float));
        value -= taken;
    }
}

// The product of a tile and one group of packed weights, and the bias if there is one.
template <int N>
inline void multiply(const Factor* tile, const Factor* weights, const float* bias, int inputs, V (&sums)[OUT][N]) {
    const int step = block(inputs), whole = filled(inputs);
    char* at = reinterpret_cast<char*>(sums);
    constexpr int STRIDE = N * sizeof(V);
    if (bias) begin(bias, sums);
    __asm__ volatile("" ::: "memory");  // the unit's loads are nothing to compilers
    if (bias) {
        _tile_loadd(0, at, STRIDE);
        if constexpr (N > 1) _tile_loadd(1, at + sizeof(V), STRIDE);
        if constexpr (N > 2) _tile_loadd(2, at + 2 * sizeof(V), STRIDE);
    } else {
        _tile_zero(0);
        if constexpr (N > 1) _tile_zero(1);
        if constexpr (N > 2) _tile_zero(2);
    }
    for (int k = 0; k < whole; k += step) {
        const Factor* pixels = tile + (size_t)k * TN;
        _tile_loadd(6, weights + k, whole * sizeof(Factor));
        _tile_loadd(3, pixels, 2 * TN * sizeof(Factor));
        _tile_loadd(7, weights + k + weights_of_group(inputs) / 2, whole * sizeof(Factor));
        _tile_dpbf16ps(0, 6, 3);
        _tile_dpbf16ps(0, 7, 3);
        if constexpr (N > 1) {
            _tile_loadd(4, pixels + 2 * VL, 2 * TN * sizeof(Factor));
            _tile_dpbf16ps(1, 6, 4);
            _tile_dpbf16ps(1, 7, 4);
        }
        if constexpr (N > 2) {
            _tile_loadd(5, pixels + 4 * VL, 2 * TN * sizeof(Factor));
            _tile_dpbf16ps(2, 6, 5);
            _tile_dpbf16ps(2, 7, 5);
        }
    }
    _tile_stored(0, at, STRIDE);
    if constexpr (N > 1) _tile_stored(1, at + sizeof(V), STRIDE);
    if constexpr (N > 2) _tile_stored(2, at + 2 * sizeof(V), STRIDE);
    __asm__ volatile("" ::: "memory");
}

#else

// What enters a product is (channels, TN), and its weights are (groups, inputs, OUT).

typedef float Factor;
constexpr int OUT = MR;  // outputs of a group

inline int filled(int inputs) { return inputs; }
inline size_t weights_of_group(int inputs) { return (size_t)OUT * inputs; }

struct Unit {
    static bool lent() { return true; }
    explicit Unit(int) {}
};

inline void enter(Factor* tile, int c, int lane, V one) { store(tile + c * TN + lane, one); }
inline void enter(Factor* tile, int c, int lane, V one, V two) {
    enter(tile, c, lane, one);
    enter(tile, c + 1, lane, two);
}

inline const Factor* entered(const Stored* from, int channels, Factor* tile) {
    return widened(from, channels * TN, tile);
}

inline void enter_neighbours(const Stored* from, Factor* tile, int c, int pixel) {
    float room[TN];
    const float* pixels = widened(from, TN, room);
    float* to = tile + c * TN + pixel;
    for (int i = 0; i < HALF; ++i) to[i] = pixels[2 * i], to[TN + i] = pixels[2 * i + 1];
}

inline void weight(Factor* packed, int inputs, int output, int input, float value) {
    packed[((size_t)output / OUT * inputs + input) * OUT + output % OUT] = value;
}

template <int N>
inline void multiply(const Factor* tile, const Factor* weights, const float* bias, int inputs, V (&sums)[OUT][N]) {
    if (bias)
        begin(bias, sums);
    else
        clear(sums);
#pragma GCC unroll 4
    for (int k = 0; k < inputs; ++k) multiply_channel<N>(tile + (size_t)k * TN, weights + (size_t)k * MR, sums);
}

#endif

}  // namespace
