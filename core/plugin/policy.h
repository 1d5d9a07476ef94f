// SPDX-License-Identifier: Apache-2.0
/* What a site asks of plugins that are not the installation's own: [host] require and keys, [plugin "x"] sha256. A file
 * that is pinned or signed is copied into memory first, hashed there, and loaded from there: what was checked is what
 * runs. Such a file finds no library through $ORIGIN, which nobody would have checked. [main] */
#ifndef JB_PLUGIN_POLICY_H
#define JB_PLUGIN_POLICY_H

#include "config/config.h"
#include "plugin/sign.h"

enum { JB_REQUIRE_NOTHING, JB_REQUIRE_PINNED, JB_REQUIRE_SIGNED };

typedef struct jb_policy {
    int require;
    jb_public_key *keys; /* owned */
    size_t n_keys;
} jb_policy;

/* One file's claim: the hash its [plugin] gives, NULL none; `foreign`: written in a drop-in, whose word counts for
 * nothing where the site requires something. */
typedef struct jb_claim {
    const jb_policy *policy; /* NULL: nothing is required */
    const char *sha256;
    int foreign;
} jb_claim;

/* Reads [host] require and keys; faults are reported. Free with jb_policy_free. */
void jb_policy_read(jb_policy *, const jb_config *, jb_diags *);
void jb_policy_free(jb_policy *);
/* 1: the file's bytes have to be looked at. */
int jb_claim_matters(const jb_claim *);
/* A descriptor of a sealed copy in memory that is as claimed; -1 reported (E0510, E0527 … E0531, E0535). */
int jb_claim_check(const jb_claim *, const char *path, const jb_place *, jb_diags *);

#endif
