// SPDX-License-Identifier: Apache-2.0
/* What the tests of core/plugin share: scratch folders, small configurations, looking at diagnostics. */
#ifndef JB_TEST_PLUGIN_HELP_H
#define JB_TEST_PLUGIN_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/diag.h"
#include "config/config.h"
#include "plugin/instance.h"
#include "plugin/loader.h"
#include "plugin/registry.h"

typedef struct scratch {
    char dir[64];
} scratch;

static inline void scratch_make(scratch *s)
{
    strcpy(s->dir, "/tmp/jianbao-test-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
}

static inline void scratch_remove(scratch *s)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", s->dir);
    assert_int_equal(system(command), 0);
}

static inline const char *scratch_write(scratch *s, const char *name, const void *bytes, size_t n, char path[256])
{
    snprintf(path, 256, "%s/%s", s->dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
    assert_int_equal(chmod(path, 0644), 0);
    return path;
}

static inline void scratch_copy(scratch *s, const char *from, const char *name)
{
    char command[700];
    snprintf(command, sizeof command, "cp '%s' '%s/%s' && chmod 644 '%s/%s'", from, s->dir, name, s->dir, name);
    assert_int_equal(system(command), 0);
}

static inline jb_config *config_of(scratch *s, const char *ini, jb_diags *diags)
{
    char path[256];
    scratch_write(s, "t.ini", ini, strlen(ini), path);
    const jb_load_options options = {.file = path};
    return jb_config_load(&options, diags);
}

/* Code of the i-th diagnostic, "" past the last. */
static inline const char *code_at(const jb_diags *d, size_t i)
{
    jb_diag_view v;
    return jb_diags_at(d, i, &v) ? v.code : "";
}

static inline int has_code(const jb_diags *d, const char *code)
{
    for (size_t i = 0; i < jb_diags_count(d); i++) {
        if (strcmp(code_at(d, i), code) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Everything printed, for looking at texts and notes; free it. */
static inline char *printed(const jb_diags *d)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    assert_non_null(f);
    jb_diags_print(d, f, 0, 0);
    fclose(f);
    return text;
}

static inline void assert_says(const jb_diags *d, const char *word)
{
    char *text = printed(d);
    int said = strstr(text, word) != NULL;
    if (!said) {
        print_error("\"%s\" is not in:\n%s", word, text);
    }
    free(text);
    assert_true(said);
}

#endif
