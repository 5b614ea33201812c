// Averages of the cells that windows are made of, and what attention makes of them.

#pragma once

#include "tiles.h"

extern "C" {

struct Cells {  // of windows, whose sums or factors a map holds for each column, a row of it a row of cells
    int32_t rows, width, channels;  // of the map
    int32_t cell, band;             // side of a cell in pixels
    float* map;
    float* cells;  // (channels, rows, width / cell)
};

// Averages of cells, whose side is a power of two, from the sums of their columns.
void average_cells(const Cells* call, int32_t* next, double*) {
    const Cells& v = *call;
    const int cells = v.width / v.cell, tasks = parts(v.rows, v.band);
    const float by = 1.0f / ((float)v.cell * v.cell);
    Buffer<float> held(v.width + TN);  // as many floats as tiles hold
    float* line = held.get();
    for (int task; (task = take(next)) < tasks;)
        for (int row = task * v.band, end = least(row + v.band, v.rows); row < end; ++row)
            for (int c = 0; c < v.channels; ++c) {
                const float* map = v.map + ((size_t)row * tiles(v.width) * v.channels + c) * TN;
                for (int at = 0; at < v.width; at += TN, map += v.channels * TN)
                    memcpy(line + at, map, TN * sizeof(float));
                for (int count = v.width / 2; count >= cells; count /= 2)
                    for (int i = 0; i < count; ++i) line[i] = line[2 * i] + line[2 * i + 1];
                float* to = v.cells + ((size_t)c * v.rows + row) * cells;
                for (int i = 0; i < cells; ++i) to[i] = line[i] * by;
            }
}

// Factors of each column of a row of cells, between those at the centres of the cells.
void spread_cells(const Cells* call, int32_t* next, double*) {
    const Cells& v = *call;
    const int cells = v.width / v.cell, tasks = parts(v.rows, v.band);
    Buffer<float> line(v.width + TN);  // as many floats as tiles hold
    for (int task; (task = take(next)) < tasks;)
        for (int row = task * v.band, end = least(row + v.band, v.rows); row < end; ++row)
            for (int c = 0; c < v.channels; ++c) {
                const float* from = v.cells + ((size_t)c * v.rows + row) * cells;
                float* to = line.get();
                // Half a cell before the first centre, whole ones between, half a cell behind the last.
                const int half = v.cell / 2;
                for (int i = 0; i < half; ++i) *to++ = from[0];
                for (int i = 0; i + 1 < cells; ++i)
                    for (int k = 0; k < v.cell; ++k)
                        *to++ = from[i] + ((k + 0.5f) / v.cell - (half ? 0 : 0.5f)) * (from[i + 1] - from[i]);
                for (int i = 0; i < v.cell - half; ++i) *to++ = from[cells - 1];
                float* map = v.map + ((size_t)row * tiles(v.width) * v.channels + c) * TN;
                for (int at = 0; at < v.width; at += TN, map += v.channels * TN)
                    memcpy(map, line.get() + at, TN * sizeof(float));
            }
}
}
