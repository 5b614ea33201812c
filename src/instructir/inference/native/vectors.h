// Vectors of neighbouring pixels, and memory for what is computed of them.

#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(HALF_MAPS) && defined(__aarch64__)
#include <arm_neon.h>
#elif defined(HALF_MAPS) || defined(BF16_MAPS)
#include <immintrin.h>
#endif

namespace {

#if defined(__AVX512F__)
constexpr int VL = 16;
#elif defined(__AVX__)
constexpr int VL = 8;
#else
constexpr int VL = 4;
#endif

typedef float V __attribute__((vector_size(4 * VL)));
typedef float U __attribute__((vector_size(4 * VL), aligned(4), may_alias));

inline V load(const float* p) { return *reinterpret_cast<const U*>(p); }
inline void store(float* p, V v) { *reinterpret_cast<U*>(p) = v; }

#if defined(HALF_MAPS)
typedef uint16_t Stored;  // the bits of a float of half the size
#if defined(__AVX512F__)
inline V load(const Stored* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
inline void store(Stored* p, V v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(v, 0)); }
#elif defined(__F16C__)
inline V load(const Stored* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
inline void store(Stored* p, V v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(v, 0)); }
#elif defined(__aarch64__)
inline V load(const Stored* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }
inline void store(Stored* p, V v) { vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(v))); }
#else
#error "this processor has no instructions for numbers of 16 bits"
#endif
#elif defined(BF16_MAPS)
#if !defined(__AVX512BF16__)
#error "this processor has no instructions for bfloat16"
#endif
typedef uint16_t Stored;  // the upper half of a float
inline V load(const Stored* p) {
    const __m512i whole = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    return (V)_mm512_slli_epi32(whole, 16);
}
inline void store(Stored* p, V v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), (__m256i)_mm512_cvtneps_pbh((__m512)v));
}
#else
typedef float Stored;
#endif

inline V all(float x) { return x - V{}; }  // not x + V{}, which would have to turn -0 into 0

// Scratch space that begins with a line of the cache, zero at first or whatever was there.
template <class T, bool ZERO = true>
class Buffer {
    void* whole;

  public:
    explicit Buffer(size_t count) : whole(ZERO ? calloc(count * sizeof(T) + 64, 1) : malloc(count * sizeof(T) + 64)) {
        if (!whole) abort();
    }
    ~Buffer() { free(whole); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    T* get() const { return reinterpret_cast<T*>((reinterpret_cast<uintptr_t>(whole) + 63) / 64 * 64); }
};
template <class T>
using Room = Buffer<T, false>;

// `count` values of a map as floats: where they are, or in `room`. The count is a multiple of VL.
inline const float* widened(const float* from, int, float*) { return from; }
#if defined(HALF_MAPS)
inline const float* widened(const Stored* from, int count, float* room) {
    for (int i = 0; i < count; i += VL) store(room + i, load(from + i));
    return room;
}
#endif

inline int least(int a, int b) { return a < b ? a : b; }
inline int parts(int whole, int part) { return (whole + part - 1) / part; }

}  // namespace
