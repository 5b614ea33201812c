// The image network's operations over rows of a picture, for one worker among several: in float32, but for the
// products of 1x1 convolutions where BF16_PRODUCTS is defined.
//
// Maps are (rows, tiles, channels, TN) of what vectors.h calls Stored: float32 or, where HALF_MAPS is defined,
// float16. TN neighbouring pixels of a row are a tile, whose channels follow each other. So a vector holds
// neighbouring pixels, the layer norm needs no sum across lanes, a 1x1 convolution is a matrix product of a tile,
// which stays in the first cache, with weights that are streamed past it, and memory is read from one end to the
// other. What the last tile of a row holds behind the width is never looked at.
//
// Each function takes tasks from a counter that all workers of a call share, until none is left. It writes
// nothing that another task reads or writes.

#include "block.h"
#include "convolution.h"
#include "resample.h"

extern "C" {

int32_t usable() { return Unit::lent(); }
int32_t outputs_in_group() { return OUT; }
int32_t outputs_of_convolution() { return MR; }
int32_t pixels_in_tile() { return TN; }

// Weights of a product (outputs, inputs) as it takes them: as many as `packed_size` says, zero at first.
void pack(const float* matrix, int32_t outputs, int32_t inputs, Factor* packed) {
    for (int output = 0; output < outputs; ++output)
        for (int input = 0; input < inputs; ++input) weight(packed, inputs, output, input, *matrix++);
}

int64_t packed_size(int32_t outputs, int32_t inputs) {
    return parts(outputs, OUT) * weights_of_group(inputs) * sizeof(Factor);
}
}
