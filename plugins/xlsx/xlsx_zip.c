// SPDX-License-Identifier: Apache-2.0
#include "xlsx.h"

#include <stdio.h>
#include <unistd.h>

#define LOOK_BYTES ((size_t)64 << 10)

/* Failures that the choice of the sheet is to blame for. */
static int is_of_sheet(const char *code)
{
    return strcmp(code, "E1040") == 0 || strcmp(code, "E1041") == 0 || strcmp(code, "E1056") == 0 ||
           strcmp(code, "E1059") == 0;
}

jb_status xlsx_zip_fail(const xlsx_zip *z, const char *code, const char *arg1, const char *arg2)
{
    jb_fault at;
    memset(&at, 0, sizeof at);
    at.file = z->path;
    at.key = is_of_sheet(code) ? "sheet" : NULL;
    return jb_grid_fail(&z->src->env, z->ctx, JB_E_DATA, code, &at, arg1, arg2);
}

/* Whether the bytes hold this ASCII word in UTF-16. */
static int holds_wide(const uint8_t *p, size_t n, const char *word)
{
    size_t len = strlen(word), i, k;
    for (i = 0; i + 2 * len <= n; i++) {
        for (k = 0; k < len && p[i + 2 * k] == (uint8_t)word[k] && p[i + 2 * k + 1] == 0; k++)
            ;
        if (k == len)
            return 1;
    }
    return 0;
}

/* An OLE container: an encrypted workbook has a stream of that name, else it is an old .xls. */
static jb_status ole_code(const xlsx_zip *z, const jb_file *f, int fd, uint8_t *buf, size_t n,
                          const char **code)
{
    jb_status st = JB_OK;
    size_t left = (size_t)64 << 20;
    *code = "E1031";
    while (st == JB_OK && n > 0 && left > n) {
        if (holds_wide(buf, n, "EncryptedPackage")) {
            *code = "E1032";
            return JB_OK;
        }
        left -= n;
        st = jb_file_read(&z->src->env, z->ctx, f, fd, buf, LOOK_BYTES, &n);
    }
    return st;
}

/* Tells what the file is by its first bytes. */
static jb_status recognise(const xlsx_zip *z, const jb_file *f)
{
    static const uint8_t ole[8] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    uint8_t *buf = malloc(LOOK_BYTES);
    const char *code = NULL;
    size_t n = 0;
    int fd = -1;
    jb_status st = buf == NULL ? jb_grid_no_memory(&z->src->env, z->ctx)
                               : jb_file_open(&z->src->env, z->ctx, f, &fd);
    if (st == JB_OK)
        st = jb_file_read(&z->src->env, z->ctx, f, fd, buf, LOOK_BYTES, &n);
    if (st == JB_OK && n >= sizeof ole && memcmp(buf, ole, sizeof ole) == 0)
        st = ole_code(z, f, fd, buf, n, &code);
    else if (st == JB_OK && (n < 4 || memcmp(buf, "PK", 2) != 0))
        code = "E1030";
    if (fd >= 0)
        close(fd);
    free(buf);
    return st == JB_OK && code != NULL ? xlsx_zip_fail(z, code, NULL, NULL) : st;
}

/* Other formats that are archives too, and archives with too much in them. */
static jb_status look_inside(const xlsx_zip *z)
{
    zip_int64_t n = zip_get_num_entries(z->zip, 0);
    char limit[16];
    zip_stat_t st;
    if (n > XLSX_PARTS_MAX) {
        snprintf(limit, sizeof limit, "%d", XLSX_PARTS_MAX);
        return xlsx_zip_fail(z, "E1039", limit, NULL);
    }
    if (xlsx_zip_has(z, "xl/workbook.bin"))
        return xlsx_zip_fail(z, "E1057", ".xlsb", NULL);
    if (xlsx_zip_has(z, "mimetype") && xlsx_zip_has(z, "content.xml"))
        return xlsx_zip_fail(z, "E1057", ".ods", NULL);
    if (zip_stat(z->zip, "xl/workbook.xml", 0, &st) == 0 &&
        (st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
        return xlsx_zip_fail(z, "E1032", NULL, NULL);
    return JB_OK;
}

jb_status xlsx_zip_open(const xlsx_source *src, jb_ctx *ctx, const jb_file *f, xlsx_zip *out)
{
    zip_error_t error;
    int code = 0;
    jb_status st;
    memset(out, 0, sizeof *out);
    out->src = src;
    out->ctx = ctx;
    out->path = f->path;
    st = recognise(out, f);
    if (st != JB_OK)
        return st;
    out->zip = zip_open(f->path, ZIP_RDONLY, &code);
    if (out->zip == NULL) {
        zip_error_init_with_code(&error, code);
        st = xlsx_zip_fail(out, "E1033", zip_error_strerror(&error), NULL);
        zip_error_fini(&error);
        return st;
    }
    st = look_inside(out);
    if (st != JB_OK)
        xlsx_zip_close(out);
    return st;
}

void xlsx_zip_close(xlsx_zip *z)
{
    if (z->zip != NULL)
        zip_discard(z->zip);
    z->zip = NULL;
}

int xlsx_zip_has(const xlsx_zip *z, const char *name)
{
    return zip_name_locate(z->zip, name, 0) >= 0;
}

jb_status xlsx_part_open(const xlsx_zip *z, const char *name, uint64_t limit, xlsx_part *out)
{
    zip_stat_t st;
    char text[24];
    memset(out, 0, sizeof *out);
    out->zip = z;
    out->name = name;
    out->limit = limit;
    if (zip_stat(z->zip, name, 0, &st) != 0)
        return xlsx_zip_fail(z, "E1034", name, NULL);
    out->packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0;
    if ((st.valid & ZIP_STAT_SIZE) && st.size > limit) {
        snprintf(text, sizeof text, "%u MiB", (unsigned)(limit >> 20));
        return xlsx_zip_fail(z, "E1037", name, text);
    }
    out->file = zip_fopen(z->zip, name, 0);
    return out->file != NULL ? JB_OK : xlsx_zip_fail(z, "E1033", zip_strerror(z->zip), NULL);
}

void xlsx_part_close(xlsx_part *p)
{
    if (p->file != NULL)
        zip_fclose(p->file);
    p->file = NULL;
}

jb_status xlsx_part_read(xlsx_part *p, void *to, size_t room, size_t *got)
{
    const xlsx_zip *z = p->zip;
    char text[24];
    zip_int64_t n = zip_fread(p->file, to, room);
    *got = n > 0 ? (size_t)n : 0;
    if (n < 0)
        return xlsx_zip_fail(z, "E1033", zip_file_strerror(p->file), NULL);
    p->taken += *got;
    if (p->taken > p->limit) {
        snprintf(text, sizeof text, "%u MiB", (unsigned)(p->limit >> 20));
        return xlsx_zip_fail(z, "E1037", p->name, text);
    }
    if (p->taken > XLSX_RATIO_FROM && p->taken / XLSX_RATIO_MAX > p->packed) {
        snprintf(text, sizeof text, "%u", XLSX_RATIO_MAX);
        return xlsx_zip_fail(z, "E1038", p->name, text);
    }
    return z->src->env.host->cancelled(z->ctx) ? JB_E_CANCELLED : JB_OK;
}
