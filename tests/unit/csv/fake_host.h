// SPDX-License-Identifier: Apache-2.0
/* A host just large enough to run a source plugin that is linked into the test program. */
#ifndef JB_TEST_FAKE_HOST_H
#define JB_TEST_FAKE_HOST_H

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define FAKE_FAULTS 64

typedef struct fake_fault {
    char code[16], file[512], column[128], value[256], arg1[256], key[32];
    jb_status status;
    uint64_t line, row;
    int refused, warning; /* by refuse(); by warn() */
} fake_fault;

typedef struct fake fake;
struct fake {
    const jb_pair *settings; /* ended by a NULL key */
    int32_t on_error;        /* JB_ROW_* that refuse() answers */
    int64_t batch_rows;      /* 0: 1000 */
    const char *const *nulls;
    uint64_t n_nulls;
    const jb_column *columns; /* NULL: all columns of the schema, as they are */
    uint32_t n_columns;
    void (*tune)(fake *, void *self); /* after create; NULL: nothing */
    uint64_t tune_value;
    /* filled in */
    jb_status status;
    uint64_t n_parts, n_faults, n_batches;
    fake_fault faults[FAKE_FAULTS];
    char *schema;            /* "name:format" joined by '\n' */
    char *rows;              /* cells joined by U+001F, records ended by U+001E; NULL is \N */
    size_t n_rows, cap_rows; /* bytes of rows */
    uint64_t count;
    char version[128];
};

/* create, schema, parts, every part in order, destroy. Returns the status of the first failure. */
jb_status fake_run(fake *);
/* The same up to schema(); keep going with the parts below. */
jb_status fake_open(fake *, void **self);
jb_status fake_drain(fake *, struct ArrowArrayStream *); /* appends to rows; releases the stream */
void fake_destroy(fake *, void *self);
void fake_clear(fake *); /* frees what was filled in */
const jb_source *fake_source(void);
const void *fake_iface(const char *id);
jb_ctx *fake_ctx(fake *);
/* First failure or refusal; NULL: none. */
const fake_fault *fake_first(const fake *);

#endif
