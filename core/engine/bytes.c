// SPDX-License-Identifier: Apache-2.0
#include "engine/bytes.h"

#include "plugin/host_api.h"

#include <string.h>

static int64_t width_of(const char *format)
{
    switch (format[0]) {
    case 'c':
    case 'C':
        return 1;
    case 's':
    case 'S':
        return 2;
    case 'i':
    case 'I':
    case 'f':
        return 4;
    case 'd':
        return strstr(format, ",32") ? 4 : strstr(format, ",64") ? 8 : 16;
    case 't':
        return strcmp(format, "tdD") == 0 || strcmp(format, "tts") == 0 ? 4 : 8;
    default:
        return 8;
    }
}

static int64_t text_bytes(const char *format, const struct ArrowArray *a)
{
    int64_t n = a->length;
    if (n == 0 || a->n_buffers < 3 || !a->buffers[1]) {
        return 0;
    }
    if (format[0] == 'U') {
        const int64_t *at = (const int64_t *)a->buffers[1] + a->offset;
        return at[n] - at[0] + n * 8;
    }
    const int32_t *at = (const int32_t *)a->buffers[1] + a->offset;
    return at[n] - at[0] + n * 4;
}

int64_t jb_array_bytes(const struct ArrowSchema *schema, const struct ArrowArray *a)
{
    const char *format = schema->format;
    int64_t sum = a->n_buffers > 0 && a->buffers && a->buffers[0] ? (a->length + 7) / 8 : 0;
    if (format[0] == '+') {
        for (int64_t i = 0; i < a->n_children; i++) {
            struct ArrowArray child = jb_array_child(a, i);
            sum += jb_array_bytes(schema->children[i], &child);
        }
        return sum;
    }
    if (schema->dictionary && a->dictionary) {
        sum += jb_array_bytes(schema->dictionary, a->dictionary);
    }
    if (format[0] == 'b') {
        return sum + (a->length + 7) / 8;
    }
    return format[0] == 'u' || format[0] == 'U' ? sum + text_bytes(format, a)
                                                : sum + a->length * width_of(format);
}

void jb_source_tell(jb_msource *s, int64_t rows, int64_t bytes)
{
    s->rows += rows;
    s->bytes += bytes;
    s->was_read = 1;
}

void jb_model_tell(const jb_model *m)
{
    int zh = jb_lang_zh();
    for (size_t i = 0; i < m->n_sources; i++) {
        const jb_msource *s = &m->sources[i];
        jb_ctx ctx = {.instance = s->instance};
        jb_buf b;
        if (s->was_read != 1) {
            continue;
        }
        jb_buf_init(&b, JB_BUF_MAX_TEXT);
        jb_buf_fmt(&b, zh ? "来源 %s：取回 %lld 行 %lld 字节" : "source %s: %lld rows, %lld bytes",
                   s->name, (long long)s->rows, (long long)s->bytes);
        jb_host_table()->log(&ctx, JB_LOG_INFO, jb_buf_text(&b));
        jb_buf_free(&b);
    }
}
