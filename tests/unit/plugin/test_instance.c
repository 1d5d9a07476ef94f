// SPDX-License-Identifier: Apache-2.0
/* The life of an instance: settings, create once, destroy only what was made, faults with their place, breadcrumbs. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "help.h"

typedef struct counts {
    uint32_t size, reserved;
    int create, destroy, deinit;
} counts;

typedef struct world {
    scratch s;
    jb_diags *d;
    jb_config *config;
    jb_registry *reg;
    counts seen;
} world;

/* With a configuration that may have told something already. */
static void open_any(world *w, const char *section)
{
    char ini[1024];
    scratch_make(&w->s);
    scratch_copy(&w->s, FAULTS "/good.so", "a.so");
    snprintf(ini, sizeof ini, "[report]\ntitle = t\n[plugin \"x\"]\npath = a.so\n%s", section);
    w->d = jb_diags_new();
    w->config = config_of(&w->s, ini, w->d);
    const jb_registry_options options = {.config = w->config};
    w->reg = jb_registry_new(&options, w->d);
    w->seen = (counts){.size = sizeof(counts)};
    jb_registry_offer(w->reg, "test.counts/1", &w->seen);
}

static void open_world(world *w, const char *section)
{
    open_any(w, section);
    assert_int_equal(jb_diags_count(w->d), 0);
}

static void close_world(world *w)
{
    jb_registry_free(w->reg);
    jb_config_free(w->config);
    jb_diags_free(w->d);
    scratch_remove(&w->s);
}

static jb_instance *make(world *w)
{
    static const jb_param title = {sizeof title, JB_T_STR, 0, 0, "title", NULL, NULL, "", ""};
    static const char *const also[] = {"inherit"};
    const jb_param_table host_keys = {&title, 1, sizeof(jb_param)};
    return jb_instance_make(w->reg, w->config, jb_config_at(w->config, "section", 0), NULL, &host_keys, also, 1, w->d);
}

static void a_life(void **state)
{
    world w;
    (void)state;
    open_world(&w, "[section \"一\"]\ntype = probe\ntitle = 标题\n");
    jb_instance *inst = make(&w);
    assert_non_null(inst);
    assert_int_equal(inst->state, JB_INST_MADE);
    assert_int_equal(jb_instance_create(inst, w.d), 0);
    assert_int_equal(jb_instance_create(inst, w.d), 0); /* once */
    assert_int_equal(w.seen.create, 1);
    assert_non_null(inst->self);
    const char *how = NULL;
    assert_int_equal(jb_args_get_str(inst->args, "how", &how), 1);
    assert_string_equal(how, "well");
    jb_instance_free(inst);
    assert_int_equal(w.seen.destroy, 1);
    inst = make(&w);
    jb_instance_free(inst); /* never created: nothing to destroy */
    assert_int_equal(w.seen.destroy, 1);
    jb_registry_free(w.reg);
    assert_int_equal(w.seen.deinit, 1);
    w.reg = NULL;
    close_world(&w);
}

static void create_that_fails(void **state)
{
    static const struct {
        const char *how, *code, *says;
    } cases[] = {{"fails", "E0553", "told to fail"},
                 {"coded", "test.coded", "coded one and two"},
                 {"silent", "E0550", "without saying why"},
                 {"liar", "E0553", "told to fail"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w;
        char section[200];
        snprintf(section, sizeof section, "[section \"一\"]\ntype = probe\nhow = %s\n", cases[i].how);
        open_world(&w, section);
        jb_instance *inst = make(&w);
        assert_int_equal(jb_instance_create(inst, w.d), -1);
        assert_int_equal(inst->state, JB_INST_FAILED);
        assert_string_equal(code_at(w.d, 0), cases[i].code);
        assert_says(w.d, cases[i].says);
        assert_says(w.d, i == 2 ? "t.ini:5:" : "t.ini:7:"); /* the section without, the key with a fault */
        assert_says(w.d, "test.fault");
        assert_int_equal(has_code(w.d, "E0551"), i == 3);
        assert_int_equal(jb_instance_create(inst, w.d), -1); /* not again */
        assert_int_equal(w.seen.create, 1);
        jb_instance_free(inst);
        assert_int_equal(w.seen.destroy, 0);
        close_world(&w);
    }
}

static void settings_are_checked(void **state)
{
    static const struct {
        const char *section, *code;
    } cases[] = {{"[section \"一\"]\ntitle = x\n", "E0504"},
                 {"[section \"一\"]\ntype = porbe\n", "E0501"},
                 {"[section \"一\"]\ntype = probe\nhwo = x\n", "E0201"},
                 {"[section \"一\"]\ntype = probe\nwide = 2\n", "E0201"},
                 {"[section \"一\"]\ntype = probe\ndraws = skecth\n", "E0501"},
                 {"[section \"一\"]\ntype = probe\ndraws = sketch\nwide = 12\n", "E0205"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world w;
        open_world(&w, cases[i].section);
        assert_null(make(&w));
        if (!has_code(w.d, cases[i].code)) {
            char *text = printed(w.d);
            fail_msg("case %zu: wanted %s, got:\n%s", i, cases[i].code, text);
        }
        close_world(&w);
    }
}

/* A refused line may be the very key a plugin relies on: no instance, and no second message. */
static void a_damaged_section_makes_no_instance(void **state)
{
    static const char *const sections[] = {"[section \"一\"]\ntype = probe\nho:w = x\n",
                                           "[section \"一\"]\nty:pe = probe\n",
                                           "[section \"一\"]\ninherit = 没有\n"};
    (void)state;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        world w;
        open_any(&w, sections[i]);
        size_t told = jb_diags_errors(w.d);
        assert_true(told > 0);
        assert_null(make(&w));
        assert_int_equal(jb_diags_errors(w.d), told);
        close_world(&w);
    }
}

/* A COMPONENT parameter splices the chosen component's keys into the section and makes an instance of its own. */
static void a_part(void **state)
{
    world w;
    int64_t wide = 0;
    (void)state;
    open_world(&w, "[section \"一\"]\ntype = probe\ndraws = sketch\nwide = 7\n");
    jb_instance *whole = make(&w);
    assert_non_null(whole);
    jb_instance *part = jb_instance_make_part(w.reg, whole, "draws", w.d);
    assert_non_null(part);
    assert_string_equal(part->type->component->kind, "chart");
    assert_int_equal(jb_args_get_i64(part->args, "wide", &wide), 1);
    assert_int_equal(wide, 7);
    assert_int_equal(jb_instance_create(part, w.d), 0); /* create is NULL */
    jb_instance_free(part);
    assert_int_equal(jb_args_get_i64(whole->args, "wide", &wide), 1); /* the settings are the whole's */
    jb_instance_free(whole);
    close_world(&w);
}

static void breadcrumbs(void **state)
{
    world w;
    jb_crumb slots[JB_CRUMB_SLOTS];
    jb_ctx outer, inner;
    (void)state;
    memset(slots, 0, sizeof slots);
    open_world(&w, "[section \"总体情况\"]\ntype = probe\n");
    jb_instance *inst = make(&w);
    jb_ctx_begin(&outer, inst, "render", w.d, NULL);
    assert_int_equal(outer.slot, -1); /* nobody looks */
    assert_int_equal(jb_ctx_end(&outer, JB_OK), JB_OK);
    jb_crumbs_attach(slots);
    jb_ctx_begin(&outer, inst, "render", w.d, NULL);
    jb_ctx_begin(&inner, inst, "draw", w.d, NULL);
    const jb_crumb *c = &slots[inner.slot];
    assert_string_equal(c->instance, "section \"总体情况\"");
    assert_string_equal(c->phase, "draw");
    assert_string_equal(c->plugin, "test.fault 1.2.3");
    assert_int_equal(c->line, 5);
    assert_int_equal(c->busy, 1);
    assert_true(c->order > slots[outer.slot].order);
    jb_crumb_blame();
    assert_int_equal(c->culprit, 1);
    assert_int_equal(slots[outer.slot].culprit, 0);
    int slot = inner.slot;
    jb_ctx_end(&inner, JB_OK);
    assert_int_equal(slots[slot].busy, 0);
    assert_int_equal(slots[outer.slot].busy, 1);
    jb_ctx_end(&outer, JB_OK);
    int taken[JB_CRUMB_SLOTS];
    for (int i = 0; i < JB_CRUMB_SLOTS; i++) {
        taken[i] = jb_crumb_take(inst->card, "x");
        assert_true(taken[i] >= 0);
    }
    assert_int_equal(jb_crumb_take(inst->card, "x"), -1); /* all in use: the call goes on without one */
    for (int i = 0; i < JB_CRUMB_SLOTS; i++) {
        jb_crumb_give(taken[i]);
    }
    jb_crumbs_attach(NULL);
    jb_instance_free(inst);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life), cmocka_unit_test(create_that_fails), cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(a_damaged_section_makes_no_instance),
        cmocka_unit_test(a_part), cmocka_unit_test(breadcrumbs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
