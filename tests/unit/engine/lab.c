// SPDX-License-Identifier: Apache-2.0
#include "lab.h"

#include <unistd.h>

static void write_file(const char *path, const char *ini, int parts)
{
    FILE *f = fopen(path, "w");
    const char *at;
    assert_non_null(f);
    fprintf(f, "[host]\nplugins = %s/plugins, %s/tests/plugins\n", JB_BINARY_DIR, JB_BINARY_DIR);
    if (!strstr(ini, "[report]")) {
        fputs("[report]\ntitle = t\n", f);
    }
    while ((at = strstr(ini, "%PARTS%")) != NULL) {
        fprintf(f, "%.*s%d", (int)(at - ini), ini, parts);
        ini = at + 7;
    }
    fputs(ini, f);
    fclose(f);
}

typedef struct setup {
    int threads, verify;
    const char *skip;
    void (*hook)(jb_model *, void *);
    void *data;
} setup;

static lab *open_lab(const char *ini, const char *as_of, int parts, const setup *u)
{
    const char *skip = u->skip;
    lab *l = calloc(1, sizeof *l);
    char path[128];
    snprintf(l->dir, sizeof l->dir, "/tmp/jb-engine-XXXXXX");
    assert_non_null(mkdtemp(l->dir));
    snprintf(path, sizeof path, "%s/t.ini", l->dir);
    write_file(path, ini, parts);
    l->diags = jb_diags_new();
    jb_load_options load = {.file = path};
    l->config = jb_config_load(&load, l->diags);
    jb_registry_options options = {.config = l->config};
    l->registry = jb_registry_new(&options, l->diags);
    jb_engine_options engine = {.threads = u->threads, .as_of = as_of, .date = as_of, .in_check = 1};
    engine.verify = u->verify;
    l->model = jb_model_make(l->config, l->registry, &engine, l->diags);
    if (u->hook) {
        u->hook(l->model, u->data);
    }
    if (jb_diags_errors(l->diags) == 0) {
        l->figures = jb_model_run(l->model, NULL, 0, skip ? &skip : NULL, skip ? 1 : 0, l->diags);
    }
    return l;
}

lab *lab_open(const char *ini, const char *as_of, int parts, int threads)
{
    return open_lab(ini, as_of, parts, &(setup){.threads = threads});
}

lab *lab_open_skipping(const char *ini, const char *as_of, const char *skip)
{
    return open_lab(ini, as_of, 1, &(setup){.threads = 1, .skip = skip});
}

lab *lab_open_with(const char *ini, const char *as_of, int verify, void (*hook)(jb_model *, void *),
                   void *data)
{
    return open_lab(ini, as_of, 1, &(setup){2, verify, NULL, hook, data});
}

void lab_close(lab *l)
{
    char path[128];
    snprintf(path, sizeof path, "%s/t.ini", l->dir);
    jb_figure_set_free(l->figures);
    jb_model_free(l->model);
    jb_registry_free(l->registry);
    jb_config_free(l->config);
    jb_diags_free(l->diags);
    unlink(path);
    rmdir(l->dir);
    free(l);
}

static void add(lab *l, const char *text)
{
    size_t n = strlen(l->text);
    snprintf(l->text + n, sizeof l->text - n, "%s", text);
}

static void add_value(lab *l, const jb_fig *f, const jb_value *v)
{
    char out[400];
    if (v->kind == JB_K_TEXT) {
        add(l, v->text);
    } else {
        const char *text = jb_fig_value_text(f, v, out);
        add(l, text ? text : "-");
    }
}

const char *lab_value(lab *l, const char *figure)
{
    const jb_fig *f = l->figures ? jb_figure_find(l->figures, figure) : NULL;
    l->text[0] = '\0';
    if (!f || f->flags & JB_FIG_LOST) {
        add(l, f ? "lost" : "?");
        return l->text;
    }
    for (int64_t i = 0; i < f->n_rows; i++) {
        add(l, i ? " " : "");
        for (uint32_t k = 0; k < f->n_keys; k++) {
            add(l, k ? "/" : "");
            add(l, f->keys[k][i] ? f->keys[k][i] : "(null)");
        }
        add(l, f->n_keys ? "=" : "");
        add_value(l, f, &f->values[i]);
        for (uint32_t c = 0; c < jb_fig_printed_fields(f); c++) {
            add(l, c ? "," : ":");
            add_value(l, f, &f->fields[c].values[i]);
        }
    }
    return l->text;
}

const char *lab_unit(lab *l, const char *figure)
{
    const jb_fig *f = l->figures ? jb_figure_find(l->figures, figure) : NULL;
    return f ? f->unit : "?";
}

const char *lab_names(lab *l, const char *figure)
{
    const jb_fig *f = l->figures ? jb_figure_find(l->figures, figure) : NULL;
    l->text[0] = '\0';
    for (int64_t i = 0; f && f->names && i < f->n_rows; i++) {
        add(l, i ? " / " : "");
        for (uint32_t k = 0; k < f->n_names[i]; k++) {
            add(l, k ? "、" : "");
            add(l, f->names[i][k]);
        }
    }
    return l->text;
}

const char *lab_print(lab *l)
{
    FILE *f = fmemopen(l->text, sizeof l->text, "w");
    jb_diags_print(l->diags, f, 0, 0);
    fclose(f);
    return l->text;
}

int lab_has(lab *l, const char *code)
{
    int n = 0;
    jb_diag_view v;
    for (size_t i = 0; jb_diags_at(l->diags, i, &v); i++) {
        n += strcmp(v.code, code) == 0;
    }
    return n;
}

void lab_expect(const char *ini, const char *as_of, const char *figure, const char *value)
{
    static const int parts[] = {1, 2, 7, 2, 7}, threads[] = {1, 1, 1, 3, 3};
    for (size_t i = 0; i < 5; i++) {
        lab *l = lab_open(ini, as_of, parts[i], threads[i]);
        if (strcmp(lab_value(l, figure), value) != 0) {
            fprintf(stderr, "%s with %d parts on %d threads: have %s, want %s\n", figure, parts[i],
                    threads[i], l->text, value);
            fprintf(stderr, "%s", lab_print(l));
            lab_value(l, figure);
        }
        assert_string_equal(l->text, value);
        lab_close(l);
    }
}

void lab_refuses(const char *ini, const char *as_of, const char *code)
{
    lab *l = lab_open(ini, as_of, 1, 1);
    if (!lab_has(l, code)) {
        fprintf(stderr, "%s wanted\n%s", code, lab_print(l));
    }
    assert_int_equal(lab_has(l, code), 1);
    assert_null(l->figures);
    lab_close(l);
}
