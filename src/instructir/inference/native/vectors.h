// Vectors of neighbouring pixels, and memory for what is computed of them.

#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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
inline V all(float x) { return x - V{}; }  // not x + V{}, which would have to turn -0 into 0

// Scratch space that begins with a line of the cache.
class Buffer {
    void* whole;

  public:
    explicit Buffer(size_t floats) : whole(malloc(floats * sizeof(float) + 64)) {
        if (!whole) abort();
    }
    ~Buffer() { free(whole); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    float* get() const { return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(whole) + 63) / 64 * 64); }
};

inline int least(int a, int b) { return a < b ? a : b; }
inline int parts(int whole, int part) { return (whole + part - 1) / part; }

}  // namespace
