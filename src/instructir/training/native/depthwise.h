// The depthwise convolution of both halves of the hidden features, their product, and the gradients.

#pragma once

#include "pointwise.h"

namespace {

// A plane with zeros around it.
class Padded {
    Buffer<float> memory;

  public:
    const int rows, width, stride;
    Padded(int rows, int width)
        : memory((size_t)(rows + 2) * (parts(width, VL) + 2) * VL + 2 * VL),
          rows(rows),
          width(width),
          stride((parts(width, VL) + 2) * VL) {}
    float* row(int y) const { return memory.get() + (size_t)(y + 1) * stride + VL; }
    void take(const Stored* plane, float bias) {
        for (int y = 0; y < rows; ++y, plane += width) {
            float* to = row(y);
            for (int x = 0; x < width; ++x) to[x] = wide(plane[x]) + bias;
        }
    }
};

// A row of a 3x3 convolution, from the row above it on; whole vectors of `to` are written.
inline void convolve_row(const float* above, int stride, const float* weights, float bias, int width, float* to) {
    V w[9];
#pragma GCC unroll 9
    for (int i = 0; i < 9; ++i) w[i] = all(weights[i]);
    for (int x = 0; x < width; x += VL) {
        V sum = all(bias);
#pragma GCC unroll 9
        for (int i = 0; i < 9; ++i) sum += w[i] * load(above + x + i / 3 * stride + i % 3 - 1);
        store(to + x, sum);
    }
}

// Sums of the products that are the gradients of a 3x3 convolution's weights; the last is that of its bias.
inline void correlate(const Padded& features, const Padded& gradient, float* weights, float* bias) {
    V products[9] = {}, sum{};
    for (int y = 0; y < features.rows; ++y) {
        const float *above = features.row(y - 1), *g = gradient.row(y);
        for (int x = 0; x < features.width; x += VL) {
            const V v = load(g + x);
            sum += v;
#pragma GCC unroll 9
            for (int i = 0; i < 9; ++i) products[i] += v * load(above + x + i / 3 * features.stride + i % 3 - 1);
        }
    }
    for (int i = 0; i < 9; ++i) weights[i] += total(products[i]);
    *bias += total(sum);
}

// Where the hidden features of a picture lie, and what convolves them.
struct Hidden {
    int rows, width, channels, stride;  // channels of a half
    const Stored* at;
    const float *shift, *weights, *bias;  // what is added before, and (2 * channels, 9), and what is added after
    const Stored* plane(int c) const { return at + (size_t)c * stride; }
};

// Products of the two halves. Rows are written in whole vectors: what is too much of one is part of the next, or of
// the gap behind the plane.
inline void convolve_and_gate(const Hidden& h, Stored* out) {
    Padded one(h.rows, h.width), two(h.rows, h.width);
    Room<float> lines(2 * one.stride);
    float *first = lines.get(), *second = first + one.stride;
    for (int c = 0; c < h.channels; ++c) {
        const int other = c + h.channels;
        one.take(h.plane(c), h.shift[c]);
        two.take(h.plane(other), h.shift[other]);
        Stored* to = out + (size_t)c * h.stride;
        for (int y = 0; y < h.rows; ++y, to += h.width) {
            convolve_row(one.row(y - 1), one.stride, h.weights + 9 * c, h.bias[c], h.width, first);
            convolve_row(two.row(y - 1), two.stride, h.weights + 9 * other, h.bias[other], h.width, second);
            for (int x = 0; x < h.width; x += VL) store(to + x, load(first + x) * load(second + x));
        }
    }
}

// From the gradient of the products, to which `constant` of a channel is added in each pixel, that of the hidden
// features, and those of weights and bias, which are added to what is there.
inline void convolve_and_gate_backward(const Hidden& h, const Stored* gradient, const float* constant, Stored* out,
                                       float* weights, float* bias) {
    Padded features[2]{{h.rows, h.width}, {h.rows, h.width}}, gradients[2]{{h.rows, h.width}, {h.rows, h.width}};
    Room<float> memory(features[0].stride);
    float* line = memory.get();
    for (int channel = 0; channel < h.channels; ++channel) {
        for (int half = 0; half < 2; ++half) {
            const int c = channel + half * h.channels;
            features[half].take(h.plane(c), h.shift[c]);
        }
        for (int half = 0; half < 2; ++half) {
            const int c = channel + half * h.channels;
            const Padded& to = gradients[1 - half];  // the other factor's, by which this one is multiplied
            const Stored* from = gradient + (size_t)channel * h.stride;
            const V also = all(constant[channel]);
            for (int y = 0; y < h.rows; ++y, from += h.width) {
                float* row = to.row(y);
                convolve_row(features[half].row(y - 1), to.stride, h.weights + 9 * c, h.bias[c], h.width, row);
                for (int x = 0; x < h.width; x += VL) store(row + x, load(row + x) * (load(from + x) + also));
                memset(row + h.width, 0, VL * sizeof(float));
            }
        }
        for (int half = 0; half < 2; ++half) {
            const int c = channel + half * h.channels;
            correlate(features[half], gradients[half], weights + 9 * c, bias + c);
            float turned[9];
            Stored* to = out + (size_t)c * h.stride;
            for (int i = 0; i < 9; ++i) turned[i] = h.weights[9 * c + 8 - i];
            for (int y = 0; y < h.rows; ++y, to += h.width) {
                convolve_row(gradients[half].row(y - 1), gradients[half].stride, turned, 0, h.width, line);
                for (int x = 0; x < h.width; x += VL) store(to + x, load(line + x));
            }
        }
    }
}

}  // namespace
