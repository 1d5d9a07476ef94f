// SPDX-License-Identifier: Apache-2.0
/* libFuzzer target: any bytes as a text, parsed, checked and written against the sample figures. */
#include "fake.h"

#include "base/str.h"
#include "config/config.h"
#include "doc/doc.h"
#include "doc/template.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int has_block(void *data, const char *name)
{
    (void)data;
    return name[0] == 'b';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static jb_figure_set *figures, *shapes;
    static jb_units *units;
    jb_tscope scope = {.as_of = "2022-08-16", .date = "2022-08-19", .has_block = has_block};
    jb_diags *diags = jb_diags_new();
    jb_arena *arena = jb_arena_new();
    jb_template *t;
    char *text;
    if (figures == NULL) {
        jb_load_options options = {.file = JB_SOURCE_DIR "/tests/unit/doc/empty.ini"};
        jb_config *config = jb_config_load(&options, diags);
        figures = fake_city();
        shapes = fake_shapes(figures);
        units = jb_units_new(config, diags);
        jb_config_free(config);
    }
    if (size == 0 || jb_utf8_invalid((const char *)data, size) != size || memchr(data, 0, size)) {
        jb_arena_free(arena);
        jb_diags_free(diags);
        return 0; /* the configuration lets none of these through */
    }
    text = jb_arena_strndup(arena, (const char *)data + 1, size - 1);
    if (jb_utf8_invalid(text, size - 1) == size - 1) {
        scope.units = units;
        scope.figures = shapes;
        t = jb_template_parse(arena, text, size - 1, data[0] % 2, NULL, diags);
        if (t != NULL && jb_template_check(t, &scope, diags) == 0) {
            jb_doc *doc = jb_doc_new();
            jb_node *para = jb_node_add(jb_doc_root(doc), "para");
            scope.figures = figures;
            (void)jb_template_write(t, &scope, data[0] % 2 ? para : jb_doc_root(doc), diags);
            jb_doc_number(doc);
            (void)jb_node_plain(jb_doc_root(doc));
            jb_doc_free(doc);
        }
    }
    jb_arena_free(arena);
    jb_diags_free(diags);
    return 0;
}
