// SPDX-License-Identifier: Apache-2.0
/* Hashes and signatures of plugin files, by libsodium: its only home. A signature lies beside its file, FILE.so.sig,
 * four lines of text (docs/security.md):
 *     jianbao-signature 1
 *     sha256 HEX                 of the file
 *     key HEX                    first 8 bytes of the SHA-256 of the public key, to say which one
 *     ed25519 BASE64             over the bytes of the first two lines, line ends included
 * Keys are files of two lines: "jianbao-public-key 1" or "jianbao-secret-key 1", and the base64 of 32 bytes. [main] */
#ifndef JB_PLUGIN_SIGN_H
#define JB_PLUGIN_SIGN_H

#include "base/diag.h"

#include <stddef.h>

typedef struct jb_public_key {
    unsigned char bytes[32];
    char id[17];
} jb_public_key;

/* 64 hex digits and NUL. */
void jb_bytes_sha256(const void *bytes, size_t n, char out[65]);
int jb_file_sha256(const char *path, char out[65]); /* 0, -1 unreadable (errno) */

/* Writes NAME.key (0600) and NAME.pub; existing files are never overwritten. 0 ok; -1 reported (E0534). */
int jb_key_make(const char *name, jb_public_key *, jb_diags *);
int jb_key_read(const char *path, const jb_place *, jb_public_key *, jb_diags *); /* -1: reported (E0532) */
/* Signs a file with a secret key file; writes FILE.sig whole or not at all. 0; -1 reported. */
int jb_file_sign(const char *path, const char *key_path, char sha256[65], jb_public_key *, jb_diags *);
/* Does FILE.sig hold for a file with this hash, by one of the keys? 0; -1 reported (E0530, E0531). */
int jb_signature_holds(const char *path, const char *sha256, const jb_public_key *, size_t n, const jb_place *,
                       jb_diags *);

#endif
