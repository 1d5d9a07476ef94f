// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE /* memfd_create */
/* Any bytes as a CSV file: no crash, no leak, and the same rows and refusals for two different cuts
 * into parts. The first bytes choose options. */
#include "csv.h"
#include "fake_host.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void tune(fake *f, void *self)
{
    ((csv_source *)self)->part_bytes = f->tune_value;
}

static void same(const fake *a, const fake *b)
{
    uint64_t i;
    if (a->status != b->status)
        abort();
    if (a->status !=
        JB_OK) /* damaged text in the first part is seen by schema(), elsewhere later */
        return;
    if (a->n_faults != b->n_faults)
        abort();
    for (i = 0; i < a->n_faults && i < FAKE_FAULTS; i++)
        if (strcmp(a->faults[i].code, b->faults[i].code) != 0 ||
            a->faults[i].line != b->faults[i].line || a->faults[i].row != b->faults[i].row)
            abort();
    if (a->status == JB_OK &&
        (a->n_rows != b->n_rows || (a->n_rows > 0 && memcmp(a->rows, b->rows, a->n_rows) != 0)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {"auto", "utf-8", "gb18030"};
    static const char *const delimiters[] = {",", ";", "|", "tab"};
    static const char *const headers[] = {"1", "2", "3"};
    static const char *const formats[] = {"u", "l", "d:8,2", "d:30,4", "tdD", "b", "g"};
    jb_column cols[] = {{sizeof(jb_column), 0, "#1", NULL}};
    char path[64];
    int fd;
    if (size < 4)
        return 0;
    fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, data + 4, size - 4) != (ssize_t)(size - 4))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    {
        jb_pair pairs[] = {{"path", path},
                           {"encoding", encodings[data[0] % 3]},
                           {"delimiter", delimiters[data[0] / 3 % 4]},
                           {"header", headers[data[1] % 3]},
                           {NULL, NULL}};
        fake a = {.settings = pairs, .tune = tune, .tune_value = 1 + data[2] % 64};
        fake b = {.settings = pairs, .tune = tune, .tune_value = CSV_PART_BYTES, .batch_rows = 3};
        a.on_error = b.on_error = data[1] / 3 % 3;
        if (data[3] % 8 < 7) { /* one declared column: types do not depend on the first part */
            cols[0].format = formats[data[3] % 8];
            a.columns = b.columns = cols;
            a.n_columns = b.n_columns = 1;
            fake_run(&a);
            fake_run(&b);
            same(&a, &b);
        } else {
            fake_run(&a);
        }
        fake_clear(&a);
        fake_clear(&b);
    }
    close(fd);
    return 0;
}
