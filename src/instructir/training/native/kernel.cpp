// A NAFBlock and its gradients on one picture, in float32, for one worker among several.
//
// A map is planes (channels, pixels), the first floats of which are `stride` apart: not a power of two, or the
// same place of all planes would compete for the same lines of the cache. What looks at no neighbours is computed
// for a chunk of pixels at a time, from one layer norm to the next, so that it stays in the cache.

#include "vectors.h"

extern "C" {

// Fortran's product of matrices, as every BLAS has it.
typedef void (*Product)(const char*, const char*, const int*, const int*, const int*, const float*, const float*,
                        const int*, const float*, const int*, const float*, float*, const int*);

struct Weights {  // with the affine parts of the norms in w1 and w4, beta and gamma in w3 and w5
    float *w1, *b1, *w2, *b2, *attention, *attention_bias, *w3, *b3, *w4, *b4, *w5, *b5;
};

struct Picture {
    int32_t rows, width, channels, stride;
    float eps;
    Product product;
    const float* x;  // (channels, rows * width)
    float *norm1, *hidden1, *gated, *norm2, *hidden2;  // maps that the gradients are made of
    float *deviation1, *deviation2;                    // reciprocal standard deviations of the pixels
    float *mean, *factors;                             // of the gated features, and the attention (channels,)
};
}

namespace {

constexpr int RUN = 64;      // pixels that are normalised together
constexpr int CHUNK = 8192;  // floats of a map that are computed together; about seven of them share the cache

// A matrix in rows.
struct Matrix {
    const float* at;
    int stride;
    bool turned = false;
};

// c (m, n) = c * keep + a (m, k) * b (k, n)
void multiply(const Picture& p, int m, int n, int k, Matrix a, Matrix b, float* c, int stride, float keep) {
    const float one = 1;
    // Its matrices are in columns: these, turned.
    p.product(b.turned ? "T" : "N", a.turned ? "T" : "N", &n, &m, &k, &one, b.at, &b.stride, a.at, &a.stride, &keep, c,
              &stride);
}

// Layer norm without its affine part.
void normalise(const Picture& p, int pixels, const float* x, int x_stride, float* out, float* deviation, float* held) {
    const float part = 1.0f / p.channels;
    for (int at = 0; at < pixels; at += RUN) {
        const int count = least(RUN, pixels - at);
        alignas(64) float mean[RUN] = {}, spread[RUN] = {};
        for (int c = 0; c < p.channels; ++c) {
            const float* __restrict__ from = x + (size_t)c * x_stride + at;
            float* __restrict__ to = held + c * RUN;
            for (int i = 0; i < count; ++i) to[i] = from[i], mean[i] += from[i];
        }
        for (int i = 0; i < RUN; ++i) mean[i] *= part;
        for (int c = 0; c < p.channels; ++c) {
            float* __restrict__ to = held + c * RUN;
            for (int i = 0; i < RUN; ++i) {
                const float v = to[i] - mean[i];
                to[i] = v;
                spread[i] += v * v;
            }
        }
        for (int i = 0; i < RUN; ++i) spread[i] = 1.0f / __builtin_sqrtf(spread[i] * part + p.eps);
        for (int i = 0; i < count; ++i) deviation[at + i] = spread[i];
        for (int c = 0; c < p.channels; ++c) {
            const float* __restrict__ from = held + c * RUN;
            float* __restrict__ to = out + (size_t)c * p.stride + at;
            for (int i = 0; i < count; ++i) to[i] = from[i] * spread[i];
        }
    }
}

// Gradient of what was normalised, from that of the result, added to `residual`.
void normalise_backward(const Picture& p, int pixels, const float* gradient, int gradient_stride, const float* norm,
                        const float* deviation, const float* residual, int residual_stride, float* out, int out_stride) {
    const float part = 1.0f / p.channels;
    for (int at = 0; at < pixels; at += RUN) {
        const int count = least(RUN, pixels - at);
        alignas(64) float mean[RUN] = {}, slope[RUN] = {};
        for (int c = 0; c < p.channels; ++c) {
            const float* __restrict__ g = gradient + (size_t)c * gradient_stride + at;
            const float* __restrict__ x = norm + (size_t)c * p.stride + at;
            for (int i = 0; i < count; ++i) mean[i] += g[i], slope[i] += g[i] * x[i];
        }
        for (int i = 0; i < RUN; ++i) mean[i] *= part, slope[i] *= part;
        for (int c = 0; c < p.channels; ++c) {
            const float* __restrict__ g = gradient + (size_t)c * gradient_stride + at;
            const float* __restrict__ x = norm + (size_t)c * p.stride + at;
            const float* __restrict__ r = residual + (size_t)c * residual_stride + at;
            float* __restrict__ to = out + (size_t)c * out_stride + at;
            for (int i = 0; i < count; ++i) to[i] = r[i] + deviation[at + i] * (g[i] - mean[i] - x[i] * slope[i]);
        }
    }
}

// Planes with a bias each, elsewhere.
void shift(int channels, int pixels, const float* x, int x_stride, const float* bias, float* out, int out_stride) {
    for (int c = 0; c < channels; ++c) {
        const float* __restrict__ from = x + (size_t)c * x_stride;
        float* __restrict__ to = out + (size_t)c * out_stride;
        for (int i = 0; i < pixels; ++i) to[i] = from[i] + bias[c];
    }
}

// The two halves of `hidden`, biased, multiplied.
void gate(const Picture& p, int pixels, const float* hidden, const float* bias, float* out, int out_stride) {
    for (int c = 0; c < p.channels; ++c) {
        const float* __restrict__ one = hidden + (size_t)c * p.stride;
        const float* __restrict__ two = hidden + (size_t)(c + p.channels) * p.stride;
        float* __restrict__ to = out + (size_t)c * out_stride;
        for (int i = 0; i < pixels; ++i) to[i] = (one[i] + bias[c]) * (two[i] + bias[c + p.channels]);
    }
}

void gate_backward(const Picture& p, int pixels, const float* gradient, const float* hidden, const float* bias, float* out,
                   int stride) {
    for (int c = 0; c < p.channels; ++c) {
        const float* __restrict__ g = gradient + (size_t)c * stride;
        const float* __restrict__ one = hidden + (size_t)c * p.stride;
        const float* __restrict__ two = hidden + (size_t)(c + p.channels) * p.stride;
        float* __restrict__ to_one = out + (size_t)c * stride;
        float* __restrict__ to_two = out + (size_t)(c + p.channels) * stride;
        for (int i = 0; i < pixels; ++i) {
            to_one[i] = g[i] * (two[i] + bias[c + p.channels]);
            to_two[i] = g[i] * (one[i] + bias[c]);
        }
    }
}

inline float total(V v) {
    float sum = 0;
    for (int i = 0; i < VL; ++i) sum += v[i];
    return sum;
}

// Add the sums of planes to `sums`.
void add_up(int channels, int pixels, const float* x, int stride, float* sums) {
    for (int c = 0; c < channels; ++c) {
        const float* from = x + (size_t)c * stride;
        V sum{};
        int i = 0;
        for (; i + VL <= pixels; i += VL) sum += load(from + i);
        float rest = total(sum);
        for (; i < pixels; ++i) rest += from[i];
        sums[c] += rest;
    }
}

// A plane with zeros around it.
class Padded {
    Buffer<float> memory;

  public:
    const int rows, width, stride;
    Padded(int rows, int width)
        : memory((size_t)(rows + 2) * (parts(width, VL) + 2) * VL + 2 * VL),
          rows(rows),
          width(width),
          stride((parts(width, VL) + 2) * VL) {
        memset(memory.get(), 0, ((size_t)(rows + 2) * stride + 2 * VL) * sizeof(float));
    }
    float* row(int y) const { return memory.get() + (size_t)(y + 1) * stride + VL; }
    void take(const float* plane, float bias) {
        for (int y = 0; y < rows; ++y, plane += width) shift(1, width, plane, 0, &bias, row(y), 0);
    }
};

// A row of a 3x3 convolution, from the row above it on; whole vectors of `to` are written.
void convolve_row(const float* above, int stride, const float* weights, float bias, int width, float* to) {
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
void correlate(const Padded& features, const Padded& gradient, float* weights, float* bias) {
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

// Depthwise convolutions of both halves of the hidden features, and their products. Rows are written in whole
// vectors: what is too much of one is part of the next, or of the gap behind the plane.
void convolve_and_gate(const Picture& p, const Weights& w) {
    Padded one(p.rows, p.width), two(p.rows, p.width);
    Buffer<float> line(one.stride);
    for (int c = 0; c < p.channels; ++c) {
        const int other = c + p.channels;
        one.take(p.hidden1 + (size_t)c * p.stride, w.b1[c]);
        two.take(p.hidden1 + (size_t)other * p.stride, w.b1[other]);
        float *to = p.gated + (size_t)c * p.stride, *factor = line.get();
        for (int y = 0; y < p.rows; ++y, to += p.width) {
            convolve_row(one.row(y - 1), one.stride, w.w2 + 9 * c, w.b2[c], p.width, factor);
            convolve_row(two.row(y - 1), two.stride, w.w2 + 9 * other, w.b2[other], p.width, to);
            for (int x = 0; x < p.width; x += VL) store(to + x, load(to + x) * load(factor + x));
        }
        p.mean[c] = 0;
    }
    add_up(p.channels, p.rows * p.width, p.gated, p.stride, p.mean);
    for (int c = 0; c < p.channels; ++c) p.mean[c] /= p.rows * p.width;
}

// From the gradient of the gated features, to which `constant` of a channel is added in each pixel, that of the
// hidden ones, and of weights and biases.
void convolve_and_gate_backward(const Picture& p, const Weights& w, const float* gradient, const float* constant,
                                float* out, const Weights& d) {
    Padded features[2]{{p.rows, p.width}, {p.rows, p.width}}, gradients[2]{{p.rows, p.width}, {p.rows, p.width}};
    for (int channel = 0; channel < p.channels; ++channel) {
        for (int half = 0; half < 2; ++half) {
            const int c = channel + half * p.channels;
            features[half].take(p.hidden1 + (size_t)c * p.stride, w.b1[c]);
        }
        for (int half = 0; half < 2; ++half) {
            const int c = channel + half * p.channels;
            const Padded& to = gradients[1 - half];  // the other factor's, by which this one is multiplied
            const float* from = gradient + (size_t)channel * p.stride;
            const V also = all(constant[channel]);
            for (int y = 0; y < p.rows; ++y, from += p.width) {
                float* row = to.row(y);
                convolve_row(features[half].row(y - 1), to.stride, w.w2 + 9 * c, w.b2[c], p.width, row);
                for (int x = 0; x < p.width; x += VL) store(row + x, load(row + x) * (load(from + x) + also));
                memset(row + p.width, 0, VL * sizeof(float));
            }
        }
        for (int half = 0; half < 2; ++half) {
            const int c = channel + half * p.channels;
            correlate(features[half], gradients[half], d.w2 + 9 * c, d.b2 + c);
            float turned[9], *to = out + (size_t)c * p.stride;
            for (int i = 0; i < 9; ++i) turned[i] = w.w2[9 * c + 8 - i];
            for (int y = 0; y < p.rows; ++y, to += p.width)
                convolve_row(gradients[half].row(y - 1), gradients[half].stride, turned, 0, p.width, to);
        }
    }
    add_up(2 * p.channels, p.rows * p.width, out, p.stride, d.b1);
}

// w3 with the attention in it.
void attended(const Picture& p, const Weights& w, float* out) {
    for (int o = 0; o < p.channels; ++o)
        for (int c = 0; c < p.channels; ++c) out[o * p.channels + c] = w.w3[o * p.channels + c] * p.factors[c];
}

#define EACH_CHUNK(channels, pixels)                                  \
    for (int at = 0, most = (CHUNK / (channels) + RUN - 1) / RUN * RUN, count = least(most, pixels); at < (pixels); \
         at += most, count = least(most, (pixels) - at))

}  // namespace

extern "C" {

int32_t pixels_of_chunk(int32_t channels) { return (CHUNK / channels + RUN - 1) / RUN * RUN; }

// y (channels, pixels), and all that the gradients are made of.
void forward(const Picture* picture, const Weights* weights, float* y) {
    const Picture& p = *picture;
    const Weights& w = *weights;
    const int channels = p.channels, pixels = p.rows * p.width, most = pixels_of_chunk(channels);
    const Matrix w1{w.w1, channels}, w4{w.w4, channels}, w5{w.w5, channels};
    Buffer<float> held((size_t)channels * RUN), stream((size_t)channels * most), inner((size_t)channels * most);
    Buffer<float> w3((size_t)channels * channels);
    EACH_CHUNK(channels, pixels) {
        normalise(p, count, p.x + at, pixels, p.norm1 + at, p.deviation1 + at, held.get());
        multiply(p, 2 * channels, count, channels, w1, {p.norm1 + at, p.stride}, p.hidden1 + at, p.stride, 0);
    }
    convolve_and_gate(p, w);
    memcpy(p.factors, w.attention_bias, channels * sizeof(float));
    multiply(p, channels, 1, channels, {w.attention, channels}, {p.mean, 1}, p.factors, 1, 1);
    attended(p, w, w3.get());
    EACH_CHUNK(channels, pixels) {
        shift(channels, count, p.x + at, pixels, w.b3, stream.get(), most);
        multiply(p, channels, count, channels, {w3.get(), channels}, {p.gated + at, p.stride}, stream.get(), most, 1);
        normalise(p, count, stream.get(), most, p.norm2 + at, p.deviation2 + at, held.get());
        multiply(p, 2 * channels, count, channels, w4, {p.norm2 + at, p.stride}, p.hidden2 + at, p.stride, 0);
        gate(p, count, p.hidden2 + at, w.b4, inner.get(), most);
        shift(channels, count, stream.get(), most, w.b5, y + at, pixels);
        multiply(p, channels, count, channels, w5, {inner.get(), most}, y + at, pixels, 1);
    }
}

// From the gradient of y that of x, and those of the weights, which are added to what is there.
void backward(const Picture* picture, const Weights* weights, const float* dy, float* dx, const Weights* gradients) {
    const Picture& p = *picture;
    const Weights &w = *weights, &d = *gradients;
    const int channels = p.channels, pixels = p.rows * p.width, most = pixels_of_chunk(channels);
    const size_t size = (size_t)channels * p.stride, chunk = (size_t)channels * most;
    const Matrix w1{w.w1, channels, true}, w4{w.w4, channels, true}, w5{w.w5, channels, true};
    Buffer<float> whole(4 * size), some(4 * chunk), small((size_t)2 * channels * channels + 2 * channels);
    float *stream = whole.get(), *gated = stream + size, *hidden = gated + size;
    float *inner = some.get(), *one = inner + chunk, *pair = one + chunk;
    float *w3 = small.get(), *d3 = w3 + channels * channels, *slopes = d3 + channels * channels, *constant = slopes + channels;
    attended(p, w, w3);
    memset(d3, 0, (size_t)(channels * channels + 2 * channels) * sizeof(float));
    EACH_CHUNK(channels, pixels) {
        gate(p, count, p.hidden2 + at, w.b4, inner, most);
        multiply(p, channels, channels, count, {dy + at, pixels}, {inner, most, true}, d.w5, channels, 1);
        add_up(channels, count, dy + at, pixels, d.b5);
        multiply(p, channels, count, channels, w5, {dy + at, pixels}, one, most, 0);
        gate_backward(p, count, one, p.hidden2 + at, w.b4, pair, most);
        multiply(p, 2 * channels, channels, count, {pair, most}, {p.norm2 + at, p.stride, true}, d.w4, channels, 1);
        add_up(2 * channels, count, pair, most, d.b4);
        multiply(p, channels, count, 2 * channels, w4, {pair, most}, one, most, 0);
        normalise_backward(p, count, one, most, p.norm2 + at, p.deviation2 + at, dy + at, pixels, stream + at, p.stride);
        add_up(channels, count, stream + at, p.stride, d.b3);
        multiply(p, channels, channels, count, {stream + at, p.stride}, {p.gated + at, p.stride, true}, d3, channels, 1);
        multiply(p, channels, count, channels, {w3, channels, true}, {stream + at, p.stride}, gated + at, p.stride, 0);
    }
    for (int o = 0; o < channels; ++o)
        for (int c = 0; c < channels; ++c) {
            slopes[c] += w.w3[o * channels + c] * d3[o * channels + c];
            d.w3[o * channels + c] += d3[o * channels + c] * p.factors[c];
        }
    for (int o = 0; o < channels; ++o) {
        d.attention_bias[o] += slopes[o];
        for (int c = 0; c < channels; ++c) {
            d.attention[o * channels + c] += slopes[o] * p.mean[c];
            constant[c] += slopes[o] * w.attention[o * channels + c] / pixels;
        }
    }
    convolve_and_gate_backward(p, w, gated, constant, hidden, d);
    EACH_CHUNK(channels, pixels) {
        multiply(p, 2 * channels, channels, count, {hidden + at, p.stride}, {p.norm1 + at, p.stride, true}, d.w1, channels, 1);
        multiply(p, channels, count, 2 * channels, w1, {hidden + at, p.stride}, one, most, 0);
        normalise_backward(p, count, one, most, p.norm1 + at, p.deviation1 + at, stream + at, p.stride, dx + at, pixels);
    }
}
}
