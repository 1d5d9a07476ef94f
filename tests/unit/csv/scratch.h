// SPDX-License-Identifier: Apache-2.0
/* Files a test writes for itself, below the build tree; names carry the test's own prefix. */
#ifndef JB_TEST_SCRATCH_H
#define JB_TEST_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline const char *scratch_path(const char *name)
{
    static char path[2][1024];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", JB_BINARY_DIR, name);
    return path[turn];
}

static inline const char *scratch_write(const char *name, const void *bytes, size_t n)
{
    const char *path = scratch_path(name);
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        abort();
    return path;
}

static inline const char *scratch_text(const char *name, const char *text)
{
    return scratch_write(name, text, strlen(text));
}

#endif
