// SPDX-License-Identifier: Apache-2.0
/* The merged tree from inside. Internal to core/config. */
#ifndef JB_CONFIG_IMPL_H
#define JB_CONFIG_IMPL_H

#include "base/arena.h"
#include "base/str.h"
#include "config/config.h"
#include "config/ini_file.h"

#include <sys/types.h>

/* From `offset` of the expanded text on, characters stand at `place`, one column each; with `fixed`
 * all of them come from the ${…} that stands there. */
typedef struct jb_segment {
    size_t offset;
    jb_place place;
    int fixed;
} jb_segment;

typedef struct jb_lost {
    struct jb_lost *next;
    const char *key, *raw;
    jb_place place;
    int secret;
} jb_lost;

typedef struct jb_node_cfg {
    jb_value_cfg v;                /* v.impl points back here */
    const jb_section_cfg *section; /* where it was written */
    const jb_ini_line *lines;
    size_t n_lines;
    const char *dir;             /* absolute folder of its file */
    struct jb_node_cfg *as_text; /* the same with its ; and # lines kept; NULL: no difference */
    jb_segment *segments;
    size_t n_segments, cap_segments;
    jb_lost *lost;
    int dropin, secret, lazy, broken;
} jb_node_cfg;

struct jb_section_cfg {
    const char *kind, *name, *header;
    jb_place place;
    jb_map *values; /* key → jb_node_cfg, in order */
    jb_node_cfg **ands;
    size_t n_ands, cap_ands;
    jb_lost *dropped; /* values that a later `type` did away with */
    int dropin, damaged;
    int inherit_state; /* 0 not yet, 1 on the way, 2 done */
    jb_node_cfg **own; /* as written, before `inherit` */
    size_t n_own;
};

typedef struct jb_read_file {
    dev_t dev;
    ino_t ino;
} jb_read_file;

typedef struct jb_use {
    const jb_node_cfg *secret, *open;
} jb_use;

struct jb_config {
    jb_arena *arena;
    const char *file, *cwd;
    jb_map *sections; /* header text → jb_section_cfg, in order */
    jb_map *uses;     /* "env:X" … → jb_use */
    jb_read_file *files;
    size_t n_files, cap_files;
    int dropins_may_change;
};

/* Where a layer comes from. */
typedef struct jb_layer {
    const char *dir; /* absolute */
    int dropin;
} jb_layer;

/* ini_tree.c */
jb_section_cfg *jb_tree_section(const jb_config *, const char *kind, const char *name);
void jb_tree_apply(jb_config *, const jb_ini_section *, const jb_layer *, jb_diags *);
/* path.c: "a/b/c.ini" → "a/b", "c.ini" → "" */
const char *jb_path_folder(jb_arena *, const char *path);
const char *jb_path_join(jb_arena *, const char *folder, const char *path);
const char *jb_path_real(jb_arena *,
                         const char *path); /* without links and ..; NULL: does not exist */
const char *jb_path_absolute_folder(jb_arena *, const char *cwd, const char *file);
/* ini_include.c: reads a file with what it includes, lowest first, into the tree. from: the include
 * value. */
int jb_tree_read(jb_config *, const char *file, int dropin, int depth, const jb_place *from,
                 jb_diags *);
void jb_tree_read_dropins(jb_config *, const char *file, jb_diags *);
/* Reads every file an `include` value names. */
void jb_tree_read_list(jb_config *, const char *list, const char *display_dir, const jb_place *,
                       int dropin, int depth, jb_diags *);
/* overlay.c */
void jb_tree_profile(jb_config *, const char *profile, jb_diags *);
void jb_tree_set(jb_config *, const jb_load_options *, jb_diags *);
void jb_tree_check_dropins(jb_config *, jb_diags *);
/* inherit.c */
void jb_tree_inherit(jb_config *, jb_diags *);
/* interp.c: checks every ${…}, expands those that need nothing from outside. */
void jb_tree_interpolate(jb_config *, jb_diags *);
/* list.c */
size_t jb_list_split(jb_arena *, const char *text, const char *const **items,
                     const size_t **offsets);
/* nearest among the names of sections of a kind; "" when none. */
const char *jb_tree_near(const jb_config *, const char *kind, const char *name);

static inline jb_node_cfg *jb_node_of(const jb_value_cfg *v)
{
    union {
        const void *in;
        jb_node_cfg *out;
    } u = {.in = v->impl};
    return u.out;
}
#endif
