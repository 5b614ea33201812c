// A NAFBlock and its gradients on one picture, for one worker among several.
//
// A map is planes (channels, pixels), the first values of which are `stride` apart: not a power of two, or the
// same place of all planes would compete for the same lines of the cache. What looks at no neighbours is computed
// for a chunk of pixels at a time, from one layer norm to the next, so that it stays in the cache.

#include "depthwise.h"
#include "matrices.h"

extern "C" {

struct Weights {  // with the affine parts of the norms in w1 and w4, beta and gamma in w3 and w5
    float *w1, *b1, *w2, *b2, *attention, *attention_bias, *w3, *b3, *w4, *b4, *w5, *b5;
};

struct Factors {  // weights as products take them, and turned: (inputs, outputs)
    const Factor *w1, *w4, *w5, *w1_turned, *w4_turned, *w5_turned;
    const float* w3_turned;
};

struct Picture {
    int32_t rows, width, channels, stride;
    float eps;
    Product product;
    const float* x;  // (channels, rows * width)
    Stored *norm1, *hidden1, *gated, *norm2;  // maps that the gradients are made of
    float *deviation1, *deviation2;           // reciprocal standard deviations of the pixels
    float *mean, *factors;                    // of the gated features, and the attention (channels,)
};
}

namespace {

constexpr int CHUNK = 8192;  // values of a map that are computed together; about seven of them share the cache

#define EACH_CHUNK(channels, pixels)                                                                             \
    for (int at = 0, most = (CHUNK / (channels) + RUN - 1) / RUN * RUN, count = least(most, pixels); at < (pixels); \
         at += most, count = least(most, (pixels) - at))

Hidden hidden_of(const Picture& p, const Weights& w) {
    return {p.rows, p.width, p.channels, p.stride, p.hidden1, w.b1, w.w2, w.b2};
}

// Means of the gated features, and the attention that is made of them.
void attend(const Picture& p, const Weights& w) {
    const int pixels = p.rows * p.width;
    memset(p.mean, 0, p.channels * sizeof(float));
    add_up(p.channels, pixels, p.gated, p.stride, p.mean);
    for (int c = 0; c < p.channels; ++c) p.mean[c] /= pixels;
    for (int o = 0; o < p.channels; ++o) {
        const float* row = w.attention + (size_t)o * p.channels;
        float sum = w.attention_bias[o];
        for (int c = 0; c < p.channels; ++c) sum += row[c] * p.mean[c];
        p.factors[o] = sum;
    }
}

}  // namespace

extern "C" {

int32_t pixels_of_chunk(int32_t channels) { return (CHUNK / channels + RUN - 1) / RUN * RUN; }

// Whether this processor computes it.
int32_t usable() {
#if defined(BF16_PRODUCTS)
    return Unit::lent();
#else
    return 1;
#endif
}

// y (channels, pixels), and all that the gradients are made of.
void forward(const Picture* picture, const Weights* weights, const Factors* factors, float* y) {
    const Picture& p = *picture;
    const Weights& w = *weights;
    const Factors& f = *factors;
    const int channels = p.channels, pixels = p.rows * p.width, most = pixels_of_chunk(channels);
    const size_t chunk = (size_t)channels * most;
    Room<float> held((size_t)channels * RUN), stream(chunk);
    Room<Stored> inner(chunk), hidden(2 * chunk);
    Buffer<Factor> w3(weights_of(channels, channels));
    Desk desk(channels, most);
    EACH_CHUNK(channels, pixels) {
        normalise(channels, count, p.eps, p.x + at, pixels, p.norm1 + at, p.stride, p.deviation1 + at, held.get());
        const Operand norm = desk.inputs(p.norm1 + at, p.stride, channels, count);
        multiply(p.product, f.w1, 2 * channels, norm, p.hidden1 + at, p.stride);
    }
    convolve_and_gate(hidden_of(p, w), p.gated);
    attend(p, w);
    fill(w.w3, channels, channels, nullptr, p.factors, w3.get());
    EACH_CHUNK(channels, pixels) {
        const Operand gated = desk.inputs(p.gated + at, p.stride, channels, count);
        multiply(p.product, w3.get(), channels, gated, stream.get(), most, {p.x + at, pixels, w.b3});
        normalise(channels, count, p.eps, stream.get(), most, p.norm2 + at, p.stride, p.deviation2 + at, held.get());
        const Operand norm = desk.inputs(p.norm2 + at, p.stride, channels, count);
        multiply(p.product, f.w4, 2 * channels, norm, hidden.get(), most);
        gate(channels, count, hidden.get(), most, w.b4, inner.get(), most);
        const Operand products = desk.inputs(inner.get(), most, channels, count);
        multiply(p.product, f.w5, channels, products, y + at, pixels, {stream.get(), most, w.b5});
    }
}

// From the gradient of y that of x, and those of the weights, which are added to what is there.
void backward(const Picture* picture, const Weights* weights, const Factors* factors, const float* dy, float* dx,
              const Weights* gradients) {
    const Picture& p = *picture;
    const Weights &w = *weights, &d = *gradients;
    const Factors& f = *factors;
    const int channels = p.channels, pixels = p.rows * p.width, most = pixels_of_chunk(channels);
    const size_t size = (size_t)channels * p.stride, chunk = (size_t)channels * most;
    Buffer<float> small((size_t)channels * channels + 2 * channels);
    Room<float> stream(size), one(chunk);
    Room<Stored> gated(size), hidden(2 * size), inner(chunk), again(2 * chunk), pair(2 * chunk);
    Buffer<Factor> w3_turned(weights_of(channels, channels));
    float *d3 = small.get(), *slopes = d3 + channels * channels, *constant = slopes + channels;
    Desk desk(2 * channels, most);
    fill(f.w3_turned, channels, channels, p.factors, nullptr, w3_turned.get());
    EACH_CHUNK(channels, pixels) {
        const float* gradient = dy + at;
        // To multiply once more is faster than to keep what was made.
        multiply(p.product, f.w4, 2 * channels, desk.inputs(p.norm2 + at, p.stride, channels, count), again.get(), most);
        gate(channels, count, again.get(), most, w.b4, inner.get(), most);
        add_products(p.product, desk.rows(gradient, pixels, channels, count),
                     desk.columns(inner.get(), most, channels, count), d.w5);
        add_up(channels, count, gradient, pixels, d.b5);
        multiply(p.product, f.w5_turned, channels, desk.inputs(gradient, pixels, channels, count), one.get(), most);
        gate_backward(channels, count, one.get(), most, again.get(), most, w.b4, pair.get(), most);
        add_products(p.product, desk.rows(pair.get(), most, 2 * channels, count),
                     desk.columns(p.norm2 + at, p.stride, channels, count), d.w4);
        add_up(2 * channels, count, pair.get(), most, d.b4);
        multiply(p.product, f.w4_turned, channels, desk.inputs(pair.get(), most, 2 * channels, count), one.get(), most);
        float* before = stream.get() + at;
        normalise_backward(channels, count, one.get(), most, p.norm2 + at, p.stride, p.deviation2 + at, gradient, pixels,
                           before, p.stride);
        add_up(channels, count, before, p.stride, d.b3);
        add_products(p.product, desk.rows(before, p.stride, channels, count),
                     desk.columns(p.gated + at, p.stride, channels, count), d3);
        multiply(p.product, w3_turned.get(), channels, desk.inputs(before, p.stride, channels, count),
                        gated.get() + at, p.stride);
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
    convolve_and_gate_backward(hidden_of(p, w), gated.get(), constant, hidden.get(), d.w2, d.b2);
    add_up(2 * channels, pixels, hidden.get(), p.stride, d.b1);
    EACH_CHUNK(channels, pixels) {
        add_products(p.product, desk.rows(hidden.get() + at, p.stride, 2 * channels, count),
                     desk.columns(p.norm1 + at, p.stride, channels, count), d.w1);
        multiply(p.product, f.w1_turned, channels, desk.inputs(hidden.get() + at, p.stride, 2 * channels, count),
                        one.get(), most);
        normalise_backward(channels, count, one.get(), most, p.norm1 + at, p.stride, p.deviation1 + at,
                           stream.get() + at, p.stride, dx + at, pixels);
    }
}
}
