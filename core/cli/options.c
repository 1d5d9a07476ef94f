// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/option_ids.h"
#include "data/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

static int bad_value(const char *option, const char *value, const char *wanted, jb_diags *diags)
{
    jb_diag(diags, "E0804", NULL, option, value, wanted);
    return -1;
}

/* The only place that reads a clock: a person asked for today's figures. */
static int day_from_now(int offset, char out[11])
{
    time_t now = time(NULL);
    struct tm local;
    if (!localtime_r(&now, &local)) {
        return -1;
    }
    int32_t days = jb_days_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
    jb_date_print(days + offset, out);
    return 0;
}

static int set_as_of(jb_options *o, const char *value, jb_diags *diags)
{
    int32_t days;
    int bad = 0;
    if (strcmp(value, "today") == 0) {
        bad = day_from_now(0, o->as_of_text);
    } else if (strcmp(value, "yesterday") == 0) {
        bad = day_from_now(-1, o->as_of_text);
    } else if (jb_date_parse(value, strlen(value), &days) == 0) {
        jb_date_print(days, o->as_of_text);
    } else {
        bad = -1;
    }
    o->as_of = o->as_of_text;
    return bad ? bad_value("--as-of", value, "YYYY-MM-DD, today, yesterday", diags) : 0;
}

static int add(jb_list *list, const char *option, const char *value, jb_diags *diags)
{
    if (list->n == JB_MAX_ITEMS) {
        return bad_value(option, value, "at most 64", diags);
    }
    list->items[list->n++] = value;
    return 0;
}

static int set_profiles(jb_options *o, const char *value, jb_diags *diags)
{
    size_t n = strlen(value);
    char *save = NULL;
    if (o->profile_text) {
        return bad_value("--profile", value, "once: --profile P,Q", diags);
    }
    o->profile_text = jb_alloc(n + 1);
    memcpy(o->profile_text, value, n + 1);
    for (char *p = o->profile_text; (p = strstr(p, "，")) != NULL; p += 1) {
        memmove(p + 1, p + 3, strlen(p + 3) + 1);
        *p = ',';
    }
    for (char *p = strtok_r(o->profile_text, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        for (size_t i = 0; i < o->profiles.n; i++) {
            if (strcmp(o->profiles.items[i], p) == 0) {
                return bad_value("--profile", p, "each profile once", diags);
            }
        }
        if (add(&o->profiles, "--profile", p, diags) != 0) {
            return -1;
        }
    }
    return o->profiles.n ? 0 : bad_value("--profile", value, "P,Q", diags);
}

static int set_threads(jb_options *o, const char *value, jb_diags *diags)
{
    char *end;
    long n = strtol(value, &end, 10);
    if (*end || end == value || n < 1 || n > MAX_THREADS) {
        return bad_value("--threads", value, "1..64", diags);
    }
    o->threads = (int)n;
    return 0;
}

static int choose(const char *option, const char *value, const char *const words[3], int *out, jb_diags *diags)
{
    for (int i = 0; i < 3; i++) {
        if (words[i] && strcmp(words[i], value) == 0) {
            *out = i - 1;
            return 0;
        }
    }
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%s%s%s%s%s", words[0] ? words[0] : "", words[0] ? ", " : "", words[1], ", ",
             words[2]);
    return bad_value(option, value, wanted, diags);
}

static int apply(jb_options *o, const jb_option_def *def, const char *value, jb_diags *diags)
{
    static const char *const color[3] = {"never", "auto", "always"};
    static const char *const format[3] = {NULL, "text", "json"};
    switch (def->id) {
    case OPT_AS_OF:
        return set_as_of(o, value, diags);
    case OPT_SET:
        return strchr(value, '=') && strchr(value, '.') ? add(&o->set, "--set", value, diags)
                                                        : bad_value("--set", value, "KIND.KEY=V", diags);
    case OPT_WITH:
        return add(&o->with, "--with", value, diags);
    case OPT_PROFILE:
        return set_profiles(o, value, diags);
    case OPT_THREADS:
        return set_threads(o, value, diags);
    case OPT_OUTPUT:
        o->out_dir = value;
        return *value ? 0 : bad_value("-o", value, "DIR", diags);
    case OPT_COMPONENT:
        o->component = value;
        return 0;
    case OPT_KEY:
        o->key = value;
        return 0;
    case OPT_INI:
        o->ini = value;
        return 0;
    case OPT_ONLY:
        o->only = value;
        return 0;
    case OPT_LOG_FORMAT:
        return choose("--log-format", value, format, &o->log_json, diags);
    case OPT_COLOR:
        return choose("--color", value, color, &o->color, diags);
    default:
        break;
    }
    int *const flags[] = {[OPT_DRAFT] = &o->draft,           [OPT_STRICT] = &o->strict,   [OPT_DATA] = &o->data,
                          [OPT_VERIFY] = &o->verify,
                          [OPT_ORIGINS] = &o->origins,       [OPT_SAFE] = &o->safe,       [OPT_IN_PROCESS] = &o->in_process,
                          [OPT_JSON] = &o->json,             [OPT_QUIET] = &o->quiet,     [OPT_VERBOSE] = &o->verbose,
                          [OPT_HELP] = &o->help,             [OPT_VERSION] = &o->version};
    *flags[def->id] += 1;
    return 0;
}

static const jb_option_def *find_option(const char *text, size_t n)
{
    const jb_option_def *def;
    for (size_t i = 0; (def = jb_option_at(i)) != NULL; i++) {
        if ((strlen(def->name) == n && memcmp(def->name, text, n) == 0) ||
            (n == 2 && text[0] == '-' && def->letter && text[1] == def->letter)) {
            return def;
        }
    }
    return NULL;
}

static int unknown_option(const char *text, size_t n, jb_diags *diags)
{
    const char *names[32];
    char word[64];
    size_t count = 0;
    const jb_option_def *def;
    for (size_t i = 0; (def = jb_option_at(i)) != NULL && count < 32; i++) {
        names[count++] = def->name;
    }
    snprintf(word, sizeof word, "%.*s", (int)(n < 60 ? n : 60), text);
    jb_diag(diags, "E0802", NULL, word, jb_nearest(word, names, count));
    return -1;
}

static uint32_t command_named(const char *name, jb_diags *diags)
{
    const char *names[16];
    const jb_command_def *c;
    size_t n = 0;
    for (size_t i = 0; (c = jb_command_at(i)) != NULL && n < 16; i++) {
        if (strcmp(c->name, name) == 0) {
            return c->id;
        }
        names[n++] = c->name;
    }
    jb_diag(diags, "E0801", NULL, name, jb_nearest(name, names, n));
    return 0;
}

/* One option at argv[i]; how many words it took, -1: reported. */
static int take_option(jb_options *o, int argc, char **argv, int i, uint32_t *seen, jb_diags *diags)
{
    const char *text = argv[i], *equals = strncmp(text, "--", 2) == 0 ? strchr(text, '=') : NULL;
    size_t n = equals ? (size_t)(equals - text) : strlen(text);
    const char *value = equals ? equals + 1 : NULL;
    const jb_option_def *def = find_option(text, n);
    int words = 1;
    if (!def && text[1] != '-' && n > 2) { /* -oDIR */
        def = find_option(text, 2);
        value = def && def->value ? text + 2 : NULL;
        def = value ? def : NULL;
    }
    if (!def) {
        return unknown_option(text, n, diags);
    }
    if (!def->value && value) {
        return bad_value(def->name, value, "no value", diags);
    }
    if (def->value && !value) {
        if (i + 1 >= argc) {
            jb_diag(diags, "E0803", NULL, def->name, def->value);
            return -1;
        }
        value = argv[i + 1];
        words = 2;
    }
    *seen |= 1u << def->id;
    return apply(o, def, value, diags) == 0 ? words : -1;
}

static int check_applicable(const jb_options *o, uint32_t seen, jb_diags *diags)
{
    const jb_option_def *def;
    const jb_command_def *c = jb_command_of(o->command);
    int bad = 0;
    for (size_t i = 0; (def = jb_option_at(i)) != NULL; i++) {
        if ((seen & (1u << def->id)) && !(def->commands & o->command)) {
            jb_diag(diags, "E0807", NULL, def->name, c->name);
            bad = -1;
        }
    }
    if (o->n_operands < c->min_operands) {
        jb_diag(diags, "E0805", NULL, c->name, c->operands);
        bad = -1;
    } else if (o->n_operands > c->max_operands) {
        jb_diag(diags, "E0806", NULL, c->name, o->operands[c->max_operands], c->operands);
        bad = -1;
    }
    return bad;
}

static void settle(jb_options *o)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    o->zh = jb_lang_zh();
    o->ink = o->color > 0 || (o->color == 0 && isatty(2) && !(no_color && *no_color) &&
                              !(term && strcmp(term, "dumb") == 0));
    if (o->threads == 0) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        o->threads = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : (int)cores;
    }
}

int jb_options_parse(jb_options *o, int argc, char **argv, jb_diags *diags)
{
    uint32_t seen = 0;
    int only_operands = 0, bad = 0;
    *o = (jb_options){0};
    o->owned = jb_alloc((size_t)(argc + 1) * sizeof *o->owned);
    o->operands = o->owned;
    for (int i = 1; i < argc;) {
        const char *text = argv[i];
        int took = 1;
        if (!only_operands && strcmp(text, "--") == 0) {
            only_operands = 1;
        } else if (!only_operands && text[0] == '-' && text[1]) {
            took = take_option(o, argc, argv, i, &seen, diags);
        } else if (!o->command) {
            o->command = command_named(text, diags);
            took = o->command ? 1 : -1;
        } else {
            o->owned[o->n_operands++] = text;
        }
        if (took < 0) {
            bad = -1;
            break;
        }
        i += took;
    }
    settle(o);
    if (bad == 0 && o->command && !o->help && !o->version) {
        bad = check_applicable(o, seen, diags);
    }
    return bad;
}

void jb_options_free(jb_options *o)
{
    free(o->owned);
    free(o->profile_text);
}
