// SPDX-License-Identifier: Apache-2.0
/* Finding types: by configuration, by directory, by index; ambiguity, pins, types that are off. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "help.h"

#include "base/buf.h"

#include <utime.h>

typedef struct world {
    scratch s;
    jb_diags *d;
    jb_config *config;
    jb_registry *reg;
} world;

static void open_world(world *w, const char *format, const char *text)
{
    char ini[2048];
    snprintf(ini, sizeof ini, format, text, text, text);
    w->d = jb_diags_new();
    w->config = config_of(&w->s, ini, w->d);
    const jb_registry_options options = {.config = w->config};
    w->reg = jb_registry_new(&options, w->d);
}

static void close_world(world *w)
{
    jb_registry_free(w->reg);
    jb_config_free(w->config);
    jb_diags_free(w->d);
}

static const jb_type *find(world *w, const char *kind, const char *name)
{
    const jb_place here = {.file = "here.ini", .line = 7, .col = 8};
    return jb_registry_find(w->reg, kind, name, &here, w->d);
}

#define HEAD "[report]\ntitle = t\n"

static void plugin_named_by_the_configuration(void **state)
{
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "mine.so");
    open_world(&w, HEAD "[plugin \"x\"]\npath = mine.so\nlimit.time = 2s\nlimit.memory = 64MiB\n", ""); /* beside the INI */
    assert_int_equal(jb_diags_count(w.d), 0);
    const jb_type *t = find(&w, "section", "probe");
    assert_non_null(t);
    assert_int_equal(t->limit_ms, 2000);
    assert_int_equal(t->limit_bytes, 64 << 20);
    assert_int_equal(t->installed, 0);
    assert_ptr_equal(find(&w, "section", "x/probe"), t);
    assert_ptr_equal(find(&w, "section", "mine/probe"), t);
    assert_ptr_equal(find(&w, "section", "test.fault/probe"), t);
    assert_non_null(jb_type_iface(t, JB_SECTION));
    assert_null(jb_type_iface(t, JB_CHART));
    assert_string_equal(jb_type_message(t, "test.coded")->en, "coded {1} and {2}");
    assert_null(jb_type_message(t, "test.other"));
    assert_int_equal(jb_diags_count(w.d), 0);
    assert_null(find(&w, "section", "test.other/probe"));
    assert_true(has_code(w.d, "E0501"));
    close_world(&w);
    scratch_remove(&w.s);
}

static void what_cannot_be_found_lists_every_place(void **state)
{
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "good.so");
    scratch_copy(&w.s, FAULTS "/wrong_magic.so", "wrong_magic.so");
    open_world(&w, HEAD "[host]\nplugins = %s, missing-dir\n", w.s.dir);
    assert_int_equal(jb_diags_count(w.d), 0);
    assert_null(find(&w, "section", "prove"));
    assert_string_equal(code_at(w.d, 0), "E0501");
    assert_says(w.d, "here.ini:7:8");
    assert_says(w.d, "did you mean probe");
    assert_says(w.d, w.s.dir);
    assert_says(w.d, "missing-dir: no such directory");
    assert_says(w.d, "wrong_magic.so"); /* and why it was passed over */
    assert_says(w.d, "E0518");
    close_world(&w);
    scratch_remove(&w.s);
}

static void ambiguous_names_have_to_be_told_apart(void **state)
{
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    scratch_copy(&w.s, FAULTS "/twin.so", "b.so");
    open_world(&w, HEAD "[host]\nplugins = %s\n", w.s.dir);
    assert_null(find(&w, "section", "probe"));
    assert_string_equal(code_at(w.d, 0), "E0502");
    assert_says(w.d, "test.fault/probe, test.twin/probe");
    assert_string_equal(find(&w, "section", "test.twin/probe")->plugin->id, "test.twin");
    assert_string_equal(find(&w, "section", "a/probe")->plugin->id, "test.fault");
    close_world(&w);
    scratch_remove(&w.s);
}

static void one_file_under_two_names_and_one_id_in_two_files(void **state)
{
    world w;
    char from[256], to[256];
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    snprintf(from, sizeof from, "%s/a.so", w.s.dir);
    snprintf(to, sizeof to, "%s/b.so", w.s.dir);
    assert_int_equal(link(from, to), 0);
    scratch_copy(&w.s, FAULTS "/good.so", "c.so");
    open_world(&w, HEAD "[plugin \"a\"]\npath = a.so\n[plugin \"b\"]\npath = b.so\n[plugin \"c\"]\npath = c.so\n", "");
    assert_int_equal(jb_diags_count(w.d), 1); /* b is a; c is another file of the same id */
    assert_string_equal(code_at(w.d, 0), "E0523");
    assert_says(w.d, "c.so");
    assert_non_null(find(&w, "section", "probe"));
    close_world(&w);
    scratch_remove(&w.s);
}

static void types_that_are_off(void **state)
{
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    open_world(&w, HEAD "[host]\nplugins = %s\n", w.s.dir);
    assert_null(find(&w, "section", "command"));
    assert_string_equal(code_at(w.d, 0), "E0505");
    close_world(&w);
    open_world(&w, HEAD "[host]\nplugins = %s\nallow = command\n", w.s.dir);
    assert_non_null(find(&w, "section", "command"));
    close_world(&w);
    scratch_remove(&w.s);
}

static void pins(void **state)
{
    world w;
    char hash[65];
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    assert_int_equal(jb_file_sha256(FAULTS "/good.so", hash), 0);
    open_world(&w, HEAD "[host]\nrequire = pinned\n[plugin \"a\"]\npath = a.so\n", "");
    assert_string_equal(code_at(w.d, 0), "E0527");
    close_world(&w);
    open_world(&w, HEAD "[host]\nrequire = pinned\n[plugin \"a\"]\npath = a.so\nsha256 = %s\n", hash);
    assert_int_equal(jb_diags_count(w.d), 0);
    assert_non_null(find(&w, "section", "probe"));
    close_world(&w);
    hash[3] = hash[3] == '0' ? '1' : '0';
    open_world(&w, HEAD "[plugin \"a\"]\npath = a.so\nsha256 = %s\n", hash);
    assert_string_equal(code_at(w.d, 0), "E0528");
    close_world(&w);
    scratch_remove(&w.s);
}

static void settings_of_plugins_are_checked(void **state)
{
    static const char *const bad[][2] = {
        {HEAD "[plugin \"a\"]\npaht = a.so\n", "E0201"},
        {HEAD "[plugin \"a\"]\npath = a.so\nlimit.time = 0s\n", "E0529"},
        {HEAD "[plugin \"a\"]\npath = a.so\nsandbox = perhaps\n", "E0206"},
        {HEAD "[host]\nrequire = signed\n", "E0533"},
        {HEAD "[plugin \"a\"]\npath = nowhere.so\n", "E0510"},
    };
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        open_world(&w, bad[i][0], "");
        if (!has_code(w.d, bad[i][1])) {
            char *text = printed(w.d);
            fail_msg("case %zu: wanted %s, got:\n%s", i, bad[i][1], text);
        }
        assert_says(w.d, "t.ini:");
        close_world(&w);
    }
    scratch_remove(&w.s);
}

static void write_index(world *w, const char *text, int age_s)
{
    char path[256];
    scratch_write(&w->s, "index", text, strlen(text), path);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    struct utimbuf times = {st.st_atime, st.st_mtime - age_s};
    assert_int_equal(utime(path, &times), 0);
}

/* A fresh index is believed about which file to open; a stale one, a wrong one or none changes nothing but speed. */
static void the_index_is_a_hint(void **state)
{
    static const char good[] = "jianbao-plugin-index 1\na.so section probe\nb.so section another\n";
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    scratch_copy(&w.s, FAULTS "/other.so", "b.so");
    write_index(&w, good, -5);
    open_world(&w, HEAD "[host]\nplugins = %s\n", w.s.dir);
    assert_non_null(find(&w, "section", "another"));
    assert_int_equal(jb_registry_count(w.reg), 3); /* b.so alone was opened */
    assert_non_null(find(&w, "section", "probe"));
    assert_int_equal(jb_registry_count(w.reg), 6);
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_registry_index(w.reg, &b);
    assert_non_null(strstr(jb_buf_text(&b), "a.so section probe\n"));
    assert_non_null(strstr(jb_buf_text(&b), "b.so chart sketched\n"));
    jb_buf_free(&b);
    close_world(&w);
    static const struct {
        const char *text;
        int age;
    } useless[] = {{good, 3600},
                   {"jianbao-plugin-index 1\na.so section probe\n", -5},                         /* b.so is not in it */
                   {"jianbao-plugin-index 1\na.so section another\nb.so section wrong\n", -5}, /* lies */
                   {"something else\n", -5},
                   {"jianbao-plugin-index 1\na.so section another\nb.so\n../x.so section another\n", -5}};
    for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
        write_index(&w, useless[i].text, useless[i].age);
        open_world(&w, HEAD "[host]\nplugins = %s\n", w.s.dir);
        assert_non_null(find(&w, "section", "another"));
        assert_non_null(find(&w, "section", "probe"));
        assert_int_equal(jb_diags_count(w.d), 0);
        close_world(&w);
    }
    scratch_remove(&w.s);
}

static void safe_mode_and_listing(void **state)
{
    world w;
    char ini[400];
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/good.so", "a.so");
    scratch_copy(&w.s, FAULTS "/needs_newer.so", "b.so");
    snprintf(ini, sizeof ini, HEAD "[host]\nplugins = %s\n[plugin \"x\"]\npath = a.so\n", w.s.dir);
    w.d = jb_diags_new();
    w.config = config_of(&w.s, ini, w.d);
    const jb_registry_options safe = {.config = w.config, .safe = 1};
    w.reg = jb_registry_new(&safe, w.d);
    jb_registry_load_all(w.reg, w.d);
    assert_int_equal(jb_registry_count(w.reg), 0);
    assert_int_equal(jb_diags_count(w.d), 0);
    close_world(&w);
    open_world(&w, HEAD "[host]\nplugins = %s\n", w.s.dir);
    jb_registry_load_all(w.reg, w.d);
    assert_int_equal(jb_registry_count(w.reg), 3);
    assert_string_equal(jb_registry_at(w.reg, 0)->component->kind, "chart"); /* sorted by kind and name */
    assert_string_equal(jb_registry_at(w.reg, 1)->component->name, "command");
    assert_null(jb_registry_at(w.reg, 3));
    assert_true(has_code(w.d, "E0520"));
    const char *plugin = NULL;
    assert_non_null(jb_registry_message(w.reg, "test.coded", &plugin));
    assert_string_equal(plugin, "test.fault");
    close_world(&w);
    scratch_remove(&w.s);
}

static void three_thousand_components(void **state)
{
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/many_components.so", "a.so");
    open_world(&w, HEAD "[plugin \"x\"]\npath = a.so\n", "");
    assert_int_equal(jb_registry_count(w.reg), 3000);
    assert_non_null(find(&w, "section", "c_02999"));
    assert_null(find(&w, "section", "c_03000"));
    close_world(&w);
    scratch_remove(&w.s);
}

static void init_that_fails(void **state)
{
    world w;
    (void)state;
    scratch_make(&w.s);
    scratch_copy(&w.s, FAULTS "/init_fails.so", "a.so");
    open_world(&w, HEAD "[plugin \"x\"]\npath = a.so\n", "");
    /* Nothing of it runs before one of its types is wanted; then it is refused, and told once. */
    assert_string_equal(code_at(w.d, 0), "");
    assert_true(jb_registry_count(w.reg) > 0);
    const jb_type *first = jb_registry_at(w.reg, 0);
    assert_null(find(&w, first->component->kind, first->component->name));
    assert_string_equal(code_at(w.d, 0), "E0522");
    assert_null(find(&w, first->component->kind, first->component->name));
    assert_int_equal(jb_diags_errors(w.d), 1);
    close_world(&w);
    scratch_remove(&w.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plugin_named_by_the_configuration),
        cmocka_unit_test(what_cannot_be_found_lists_every_place),
        cmocka_unit_test(ambiguous_names_have_to_be_told_apart),
        cmocka_unit_test(one_file_under_two_names_and_one_id_in_two_files),
        cmocka_unit_test(types_that_are_off),
        cmocka_unit_test(pins),
        cmocka_unit_test(settings_of_plugins_are_checked),
        cmocka_unit_test(the_index_is_a_hint),
        cmocka_unit_test(safe_mode_and_listing),
        cmocka_unit_test(three_thousand_components),
        cmocka_unit_test(init_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
