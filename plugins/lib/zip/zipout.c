// SPDX-License-Identifier: Apache-2.0
#include "zip/zipout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

/* The first day a ZIP directory can name: year 1980, month 1, day 1. */
#define DOS_DATE 0x0021

static int refuse(char *why, size_t room, zip_error_t *error)
{
    snprintf(why, room, "%s", zip_error_strerror(error));
    return -1;
}

static int add(zip_t *zip, const jb_zip_part *part)
{
    zip_source_t *source = zip_source_buffer(zip, part->bytes, part->n, 0);
    zip_int64_t at;
    if (source == NULL)
        return -1;
    at = zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return -1;
    }
    return zip_file_set_dostime(zip, (zip_uint64_t)at, 0, DOS_DATE, 0);
}

/* What the archive's source holds after it has been closed. */
static int take(zip_source_t *archive, void **out, size_t *n)
{
    zip_stat_t st;
    char *bytes;
    if (zip_source_stat(archive, &st) != 0 || !(st.valid & ZIP_STAT_SIZE))
        return -1;
    bytes = malloc((size_t)st.size + 1);
    if (bytes == NULL || zip_source_open(archive) != 0) {
        free(bytes);
        return -1;
    }
    if (zip_source_read(archive, bytes, st.size) != (zip_int64_t)st.size) {
        zip_source_close(archive);
        free(bytes);
        return -1;
    }
    zip_source_close(archive);
    *out = bytes;
    *n = (size_t)st.size;
    return 0;
}

int jb_zip_write(const jb_zip_part *parts, size_t n_parts, void **out, size_t *n, char *why,
                 size_t room)
{
    zip_error_t error;
    zip_source_t *archive;
    zip_t *zip;
    size_t i;
    int failed;
    zip_error_init(&error);
    *out = NULL;
    *n = 0;
    archive = zip_source_buffer_create(NULL, 0, 0, &error);
    zip = archive != NULL ? zip_open_from_source(archive, ZIP_TRUNCATE, &error) : NULL;
    if (zip == NULL) {
        zip_source_free(archive);
        refuse(why, room, &error);
        zip_error_fini(&error);
        return -1;
    }
    zip_source_keep(archive); /* closing the archive gives one reference back */
    for (i = 0, failed = 0; i < n_parts && !failed; i++)
        failed = add(zip, &parts[i]) != 0;
    if (failed || zip_close(zip) != 0) {
        refuse(why, room, zip_get_error(zip));
        zip_discard(zip);
        failed = 1;
    } else if (take(archive, out, n) != 0) {
        refuse(why, room, zip_source_error(archive));
        failed = 1;
    }
    zip_source_free(archive);
    zip_error_fini(&error);
    return failed ? -1 : 0;
}
