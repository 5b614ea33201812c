// Averages of the cells that windows are made of, and what attention makes of them, along rows of cells.

#pragma once

#include "tiles.h"

namespace {

// A row of cells, whose side is a power of two.
struct CellRow {
    int row, rows, cell, channels;
    int pixels, first;  // of the part of it in hand, and the first of them
    int width;          // of the picture
    // Where the part of a channel begins in (channels, rows, width / cell).
    size_t place(int c) const { return ((size_t)c * rows + row) * (width / cell) + first / cell; }
};

// Averages of the cells of a part from the sums of their columns, which are tiles; `line` has room for a part.
inline void average(const CellRow& v, const float* columns, float* line, float* cells) {
    const float by = 1.0f / ((float)v.cell * v.cell);
    for (int c = 0; c < v.channels; ++c) {
        const float* from = columns + c * TN;
        for (int at = 0; at < v.pixels; at += TN, from += v.channels * TN) memcpy(line + at, from, TN * sizeof(float));
        const int count = v.pixels / v.cell;
        for (int halves = v.pixels / 2; halves >= count; halves /= 2)
            for (int i = 0; i < halves; ++i) line[i] = line[2 * i] + line[2 * i + 1];
        float* to = cells + v.place(c);
        for (int i = 0; i < count; ++i) to[i] = line[i] * by;
    }
}

// Factors of each column, as tiles, between those at the centres of the cells; `line` has room for a part.
inline void spread(const CellRow& v, const float* cells, float* line, float* columns) {
    const int count = v.pixels / v.cell, half = v.cell / 2;
    for (int c = 0; c < v.channels; ++c) {
        const float* from = cells + v.place(c);
        float* to = line;
        // Half a cell before the first centre, whole ones between, half a cell behind the last.
        for (int i = 0; i < half; ++i) *to++ = from[0];
        for (int i = 0; i + 1 < count; ++i)
            for (int k = 0; k < v.cell; ++k)
                *to++ = from[i] + ((k + 0.5f) / v.cell - (half ? 0 : 0.5f)) * (from[i + 1] - from[i]);
        for (int i = 0; i < v.cell - half; ++i) *to++ = from[count - 1];
        float* tile = columns + c * TN;
        for (int at = 0; at < v.pixels; at += TN, tile += v.channels * TN) memcpy(tile, line + at, TN * sizeof(float));
    }
}

}  // namespace
