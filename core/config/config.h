// SPDX-License-Identifier: Apache-2.0
/* The configuration: INI files read, included, overlaid, inherited and interpolated (DESIGN 6), as a tree of
 * sections and values that know where they came from. Everything a caller gets lives as long as the
 * jb_config. Thread-safe for reading once loaded, but for jb_value_text and jb_value_list, which keep what they
 * make: those are for one thread. */
#ifndef JB_CONFIG_CONFIG_H
#define JB_CONFIG_CONFIG_H

#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

typedef struct jb_config jb_config;
typedef struct jb_section_cfg jb_section_cfg;

/* One value. `text` is verbatim but for interpolation; several lines are joined by '\n' (their indentation
 * kept). */
typedef struct jb_value_cfg {
    const char *key;   /* whole key as written: "type.amount" */
    const char *text;  /* after interpolation; NULL until jb_value_text when it holds a lazy ${env:}/${file:} */
    const char *raw;   /* before interpolation */
    jb_place place;    /* of the first character of the value */
    jb_place key_place;
    const void *impl;  /* line starts, origins */
} jb_value_cfg;

typedef struct jb_load_options {
    const char *file;                /* the report's INI file */
    const char *const *with;         /* --with FILE … */
    size_t n_with;
    const char *const *set;          /* --set KIND.KEY=V / KIND.NAME.KEY=V … */
    size_t n_set;
    const char *profile;             /* one profile's name or NULL */
    const char *as_of, *date;        /* --as-of (already YYYY-MM-DD) or NULL */
} jb_load_options;

/* Reads everything and checks the kinds that have no component (jb_config_check). Always returns a tree (possibly partial); errors are in diags. Exit codes there: a file
 * that is missing or unreadable is 2 (configuration). */
jb_config *jb_config_load(const jb_load_options *, jb_diags *);
void jb_config_free(jb_config *);
/* Forgets all sections of a kind and wipes their texts (the page worker drops `source` before any plugin). */
void jb_config_wipe_kind(jb_config *, const char *kind);

/* Sections in file order. name NULL: a section without a name ([report]). */
size_t jb_config_count(const jb_config *, const char *kind);
const jb_section_cfg *jb_config_at(const jb_config *, const char *kind, size_t i);
const jb_section_cfg *jb_config_find(const jb_config *, const char *kind, const char *name);
const char *jb_section_kind(const jb_section_cfg *);
const char *jb_section_name(const jb_section_cfg *); /* "" when it has none */
const char *jb_section_type(const jb_section_cfg *); /* value of `type`, NULL when absent */
jb_place jb_section_place(const jb_section_cfg *);   /* of the header */
/* 1: a line of it, or what it inherits, was refused and told; what seems to be missing may be just that. */
int jb_section_damaged(const jb_section_cfg *);
int jb_section_is_dropin(const jb_section_cfg *);    /* came from FILE.ini.d/ */
const jb_value_cfg *jb_section_get(const jb_section_cfg *, const char *key); /* NULL: not set */
size_t jb_section_n_values(const jb_section_cfg *);
const jb_value_cfg *jb_section_value(const jb_section_cfg *, size_t i);
/* Conditions added by `and` along an `inherit` chain, oldest first, and `where` itself is under "where". */
size_t jb_section_n_and(const jb_section_cfg *);
const jb_value_cfg *jb_section_and(const jb_section_cfg *, size_t i);

/* Text of a value with ${…} expanded; reports and returns NULL on failure. `secret`: the value feeds a SECRET. */
const char *jb_value_text(const jb_config *, const jb_value_cfg *, int secret, jb_diags *);
/* Place of byte `offset` of the expanded text (follows lines and ${file:…}), underlining `n` bytes. */
jb_place jb_value_place(const jb_value_cfg *, size_t offset, size_t n);
/* Splits a LIST value by DESIGN 6 (`,` `，` `、` outside quotes and brackets, or a line each; quotes of a wholly
 * quoted item removed). *offsets[i] is the item's byte offset in the text. Arrays live in the config. */
size_t jb_value_list(const jb_config *, const char *text, const char *const **items, const size_t **offsets);
/* The same value as a TEXT parameter sees it: with the lines that begin with ; or #, which are comments for
 * every other type. Usually the value itself. */
const jb_value_cfg *jb_value_as_text(const jb_value_cfg *);
int jb_value_is_dropin(const jb_value_cfg *); /* written in FILE.ini.d/ */
/* Absolute directory of the file that holds the value (for relative paths). */
const char *jb_value_dir(const jb_value_cfg *);

const char *jb_config_file(const jb_config *); /* as given */
/* Every value with the file:line that won and those that lost, as text lines (`check --origins`). */
struct jb_buf;
void jb_config_origins(const jb_config *, struct jb_buf *, int json);
/* The merged tree in the same grammar, before `inherit` and ${…}: reading it back gives the same tree, but for
 * `include`, which has been done. Plain values that fed a SECRET are starred. */
void jb_config_dump(const jb_config *, struct jb_buf *);
#endif
