/* SPDX-License-Identifier: Apache-2.0
 * Shuffle and deflate. */
#include "results/chunk.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* deflate is the second filter. */
#define WITHOUT_DEFLATE (UINT32_C(1) << 1)

/* First byte 0 of every item, then byte 1 of every item, and so on. */
static void shuffle(const unsigned char *from, size_t size, size_t item, unsigned char *to)
{
    size_t n = size / item;
    for (size_t k = 0; k < item; k++)
        for (size_t i = 0; i < n; i++)
            *to++ = from[i * item + k];
}

bool chunk_pack(const void *from, size_t size, size_t item, int level, struct chunk *out)
{
    /* HDF5 gives deflate so much room; what takes more it leaves as it is. */
    size_t room = size + size / 1000 + (size % 1000 != 0) + 12;
    unsigned char *shuffled = malloc(size + 1);
    uLongf packed = room;
    out->bytes = malloc(room);
    if (!shuffled || !out->bytes) {
        free(shuffled);
        free(out->bytes);
        out->bytes = NULL;
        return false;
    }
    shuffle(from, size, item, shuffled);
    int status = compress2(out->bytes, &packed, shuffled, size, level);
    if (status == Z_BUF_ERROR) {
        memcpy(out->bytes, shuffled, size);
        packed = size;
    }
    free(shuffled);
    out->size = packed;
    out->passed_over = status == Z_BUF_ERROR ? WITHOUT_DEFLATE : 0;
    if (status == Z_OK || status == Z_BUF_ERROR)
        return true;
    free(out->bytes);
    out->bytes = NULL;
    return false;
}
