// SPDX-License-Identifier: Apache-2.0
#define _POSIX_C_SOURCE 200809L
#include "plugin/sign.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, TEXT_BYTES = 1024 };

#define SIGNED "jianbao-signature 1\nsha256 %s\n"
#define PUBLIC "jianbao-public-key 1\n"
#define SECRET "jianbao-secret-key 1\n"

static void hex_of(const unsigned char *bytes, size_t n, char *out)
{
    sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

void jb_bytes_sha256(const void *bytes, size_t n, char out[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, bytes, n);
    hex_of(hash, sizeof hash, out);
}

int jb_file_sha256(const char *path, char out[65])
{
    enum { BLOCK = 64 << 10 };
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES], *block;
    FILE *f = fopen(path, "rb");
    size_t n;
    if (!f) {
        return -1;
    }
    block = jb_alloc(BLOCK);
    crypto_hash_sha256_init(&state);
    while ((n = fread(block, 1, BLOCK, f)) > 0) {
        crypto_hash_sha256_update(&state, block, n);
    }
    crypto_hash_sha256_final(&state, hash);
    int bad = ferror(f);
    fclose(f);
    free(block);
    hex_of(hash, sizeof hash, out);
    return bad ? -1 : 0;
}

/* ---- keys ---- */

static void name_key(jb_public_key *key)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, key->bytes, sizeof key->bytes);
    hex_of(hash, 8, key->id);
}

static int write_new(const char *path, const char *text, int mode, jb_diags *diags)
{
    size_t n = strlen(text);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        jb_diag(diags, "E0534", NULL, path, strerror(errno));
        return -1;
    }
    int bad = write(fd, text, n) != (ssize_t)n || fsync(fd) != 0;
    if (close(fd) != 0 || bad) {
        jb_diag(diags, "E0534", NULL, path, strerror(errno));
        (void)remove(path);
        return -1;
    }
    return 0;
}

static void key_text(const char *head, const unsigned char bytes[32], char *out, size_t cap)
{
    char base64[64];
    sodium_bin2base64(base64, sizeof base64, bytes, 32, sodium_base64_VARIANT_ORIGINAL);
    snprintf(out, cap, "%s%s\n", head, base64);
    sodium_memzero(base64, sizeof base64);
}

int jb_key_make(const char *name, jb_public_key *public, jb_diags *diags)
{
    unsigned char seed[crypto_sign_SEEDBYTES], secret[crypto_sign_SECRETKEYBYTES];
    char path[PATH_BYTES], text[128];
    int bad = sodium_init() < 0 || snprintf(path, sizeof path, "%s.key", name) >= (int)sizeof path;
    if (bad) {
        jb_diag(diags, "E0534", NULL, name, strerror(ENAMETOOLONG));
        return -1;
    }
    randombytes_buf(seed, sizeof seed);
    crypto_sign_seed_keypair(public->bytes, secret, seed);
    name_key(public);
    key_text(SECRET, seed, text, sizeof text);
    bad = write_new(path, text, 0600, diags);
    if (!bad) {
        char other[PATH_BYTES];
        snprintf(other, sizeof other, "%s.pub", name);
        key_text(PUBLIC, public->bytes, text, sizeof text);
        bad = write_new(other, text, 0644, diags);
        if (bad) {
            (void)remove(path);
        }
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    return bad;
}

/* At most TEXT_BYTES - 1 bytes of a small file; -1 with errno. */
static int read_small(const char *path, char out[TEXT_BYTES])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    ssize_t n = read(fd, out, TEXT_BYTES - 1);
    int error = errno;
    close(fd);
    errno = error;
    out[n > 0 ? n : 0] = '\0';
    return n < 0 ? -1 : 0;
}

static int bad_key(const char *path, const jb_place *place, const char *zh, const char *en, jb_diags *diags)
{
    jb_diag(diags, "E0532", place, path, jb_lang_zh() ? zh : en);
    return -1;
}

static int read_key(const char *path, const char *head, unsigned char out[32], const jb_place *place, jb_diags *diags)
{
    char text[TEXT_BYTES];
    size_t n = 0, skip = strlen(head);
    if (read_small(path, text) != 0) {
        const char *why = strerror(errno);
        return bad_key(path, place, why, why, diags);
    }
    int bad = strncmp(text, head, skip) != 0 ||
              sodium_base642bin(out, 32, text + skip, strcspn(text + skip, "\r\n"), NULL, &n, NULL,
                                sodium_base64_VARIANT_ORIGINAL) != 0 ||
              n != 32;
    sodium_memzero(text, sizeof text);
    return bad ? bad_key(path, place, "不是所要的那一种密钥文件", "it is no key file of the kind that is needed", diags) : 0;
}

int jb_key_read(const char *path, const jb_place *place, jb_public_key *key, jb_diags *diags)
{
    if (read_key(path, PUBLIC, key->bytes, place, diags) != 0) {
        return -1;
    }
    name_key(key);
    return 0;
}

/* ---- signatures ---- */

static int write_signature(const char *path, const char *text, jb_diags *diags)
{
    char target[PATH_BYTES], temp[PATH_BYTES + 8];
    if (snprintf(target, sizeof target, "%s.sig", path) >= (int)sizeof target) {
        jb_diag(diags, "E0534", NULL, path, strerror(ENAMETOOLONG));
        return -1;
    }
    snprintf(temp, sizeof temp, "%s.new", target);
    (void)remove(temp); /* left by one that was stopped */
    if (write_new(temp, text, 0644, diags) != 0) {
        return -1;
    }
    if (rename(temp, target) != 0) {
        jb_diag(diags, "E0534", NULL, target, strerror(errno));
        (void)remove(temp);
        return -1;
    }
    return 0;
}

int jb_file_sign(const char *path, const char *key_path, char sha256[65], jb_public_key *public, jb_diags *diags)
{
    unsigned char seed[crypto_sign_SEEDBYTES], secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
    char message[128], base64[128], text[TEXT_BYTES];
    if (jb_file_sha256(path, sha256) != 0) {
        jb_diag(diags, "E0510", NULL, path, strerror(errno));
        return -1;
    }
    if (sodium_init() < 0 || read_key(key_path, SECRET, seed, NULL, diags) != 0) {
        return -1;
    }
    crypto_sign_seed_keypair(public->bytes, secret, seed);
    name_key(public);
    snprintf(message, sizeof message, SIGNED, sha256);
    crypto_sign_detached(signature, NULL, (const unsigned char *)message, strlen(message), secret);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
    sodium_bin2base64(base64, sizeof base64, signature, sizeof signature, sodium_base64_VARIANT_ORIGINAL);
    snprintf(text, sizeof text, "%skey %s\ned25519 %s\n", message, public->id, base64);
    return write_signature(path, text, diags);
}

static int broken(const char *path, const jb_place *place, const char *zh, const char *en, jb_diags *diags)
{
    jb_diag(diags, "E0531", place, path, jb_lang_zh() ? zh : en);
    return -1;
}

int jb_signature_holds(const char *path, const char *sha256, const jb_public_key *keys, size_t n_keys,
                       const jb_place *place, jb_diags *diags)
{
    char name[PATH_BYTES], text[TEXT_BYTES], message[128], id[17], base64[128];
    unsigned char signature[crypto_sign_BYTES];
    size_t n = 0;
    if (snprintf(name, sizeof name, "%s.sig", path) >= (int)sizeof name || read_small(name, text) != 0) {
        jb_diag(diags, "E0530", place, path);
        return -1;
    }
    snprintf(message, sizeof message, SIGNED, sha256);
    size_t head = strlen(message);
    if (strncmp(text, message, strcspn(message, "\n") + 1) != 0) {
        return broken(path, place, ".sig 不是签名文件", "its .sig is no signature file", diags);
    }
    if (strncmp(text, message, head) != 0) {
        return broken(path, place, "签的是另一个文件", "another file was signed", diags);
    }
    if (sscanf(text + head, "key %16[0-9a-f]\ned25519 %127[A-Za-z0-9+/=]\n", id, base64) != 2 ||
        sodium_base642bin(signature, sizeof signature, base64, strlen(base64), NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        n != sizeof signature) {
        return broken(path, place, ".sig 不完整", "its .sig is damaged", diags);
    }
    for (size_t i = 0; i < n_keys; i++) {
        if (strcmp(keys[i].id, id) == 0) {
            return crypto_sign_verify_detached(signature, (const unsigned char *)message, head, keys[i].bytes) == 0
                       ? 0
                       : broken(path, place, "签名是假的，或已损坏", "the signature is forged or damaged", diags);
        }
    }
    return broken(path, place, "签名的钥匙不在受信任之列", "it was made by a key that is not trusted", diags);
}
