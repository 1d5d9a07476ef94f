// SPDX-License-Identifier: Apache-2.0
/* A folder of configuration files for one test, and what the tests ask again and again. */
#ifndef JB_TEST_CONFIG_FILES_H
#define JB_TEST_CONFIG_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char test_folder[64];

/* Each test runs in a folder of its own. */
static inline int enter_folder(void **state)
{
    (void)state;
    (void)snprintf(test_folder, sizeof test_folder, "jb-config-%ld-XXXXXX", (long)getpid());
    return mkdtemp(test_folder) && chdir(test_folder) == 0 ? 0 : -1;
}

static inline int leave_folder(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", test_folder);
    return chdir("..") == 0 && system(command) == 0 ? 0 : -1;
}

static inline void put(const char *name, const char *text)
{
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        char folder[256];
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
        (void)mkdir(folder, 0755);
    }
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    fwrite(text, 1, strlen(text), f);
    fclose(f);
}

static inline jb_config *load_with(const jb_load_options *options, jb_diags **d)
{
    *d = jb_diags_new();
    return jb_config_load(options, *d);
}

static inline jb_config *load(const char *file, jb_diags **d)
{
    return load_with(&(jb_load_options){.file = file}, d);
}

static inline void close_config(jb_config *c, jb_diags *d)
{
    jb_config_free(c);
    jb_diags_free(d);
}

static inline void expect_clean(const jb_diags *d)
{
    if (jb_diags_errors(d)) {
        jb_diags_print(d, stderr, 1, 0);
    }
    assert_int_equal(jb_diags_errors(d), 0);
}

/* The only error is `code` at file:line:col (0: not looked at). */
static inline void expect_one(const jb_diags *d, const char *code, const char *file, uint32_t line,
                              uint32_t col)
{
    jb_diag_view v;
    if (jb_diags_errors(d) != 1) {
        jb_diags_print(d, stderr, 1, 0);
    }
    assert_int_equal(jb_diags_errors(d), 1);
    assert_int_equal(jb_diags_at(d, 0, &v), 1);
    assert_string_equal(v.code, code);
    assert_string_equal(v.place.file, file);
    assert_int_equal(v.place.line, line);
    if (col) {
        assert_int_equal(v.place.col, col);
    }
}

static inline const jb_value_cfg *value(const jb_config *c, const char *kind, const char *name,
                                        const char *key)
{
    const jb_section_cfg *s = jb_config_find(c, kind, name);
    assert_non_null(s);
    const jb_value_cfg *v = jb_section_get(s, key);
    assert_non_null(v);
    return v;
}

static inline const char *text_of(const jb_config *c, const char *kind, const char *name,
                                  const char *key)
{
    jb_diags *d = jb_diags_new();
    const char *text = jb_value_text(c, value(c, kind, name, key), 0, d);
    expect_clean(d);
    jb_diags_free(d);
    assert_non_null(text);
    return text;
}

#define CONFIG_TEST(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)
#endif
