// SPDX-License-Identifier: Apache-2.0
/* Every kind of file that is no sound plugin is refused with a code of its own that names the file; nothing crashes. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "help.h"

typedef struct expectation {
    const char *file, *code, *says;
} expectation;

static const expectation FAULTY[] = {
    {"wrong_magic", "E0518", "agreed mark"},
    {"short_size", "E0526", "16 bytes"},
    {"long_size", "E0526", "in the file"},
    {"newer_major", "E0519", "major version 2"},
    {"needs_newer", "E0520", "1.8"},
    {"no_entry", "E0516", "no jb_plugin_v1"},
    {"newer_generation", "E0517", "jb_plugin_v2"},
    {"undefined_symbol", "E0515", "jb_nobody_offers_this"},
    {"missing_library", "E0514", "libjb-absent.so"},
    {"bad_id", "E0521", "id"},
    {"null_components", "E0521", "components"},
    {"null_component", "E0521", "NULL"},
    {"too_many_components", "E0521", "4096"},
    {"component_twice", "E0521", "twice"},
    {"component_name", "E0521", "Mishapen Name"},
    {"unknown_kind", "E0521", "poem"},
    {"param_twice", "E0521", "how"},
    {"param_default", "E0521", "many"},
    {"param_type", "E0521", "odd"},
    {"param_stride", "E0521", "stride"},
    {"enum_without_range", "E0521", "range"},
    {"null_table", "E0521", "table"},
    {"short_table", "E0521", "shorter"},
    {"null_function", "E0521", "NULL"},
    {"metric_without_merge", "E0521", "merge"},
    {"wrong_interface", "E0521", "interface of its kind"},
    {"message_not_utf8", "E0521", "UTF-8"},
};

static void faulty_plugins_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof FAULTY / sizeof FAULTY[0]; i++) {
        char path[512];
        jb_loaded loaded;
        jb_diags *d = jb_diags_new();
        snprintf(path, sizeof path, "%s/%s.so", FAULTS, FAULTY[i].file);
        int refused = jb_plugin_open(path, NULL, &loaded, d);
        if (refused != -1 || jb_diags_count(d) != 1 || strcmp(code_at(d, 0), FAULTY[i].code) != 0) {
            char *text = printed(d);
            fail_msg("%s: wanted %s, got %d and:\n%s", FAULTY[i].file, FAULTY[i].code, refused, text);
        }
        assert_says(d, FAULTY[i].says);
        assert_says(d, FAULTY[i].file); /* the file is named */
        jb_diags_free(d);
    }
}

static void sound_plugins_load(void **state)
{
    static const char *const names[] = {"good", "twin", "many_components"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        jb_loaded loaded;
        jb_diags *d = jb_diags_new();
        snprintf(path, sizeof path, "%s/%s.so", FAULTS, names[i]);
        assert_int_equal(jb_plugin_open(path, NULL, &loaded, d), 0);
        assert_int_equal(jb_diags_count(d), 0);
        assert_string_equal(loaded.plugin->version, "1.2.3");
        assert_int_equal(loaded.plugin->n_components, i == 2 ? 3000 : 3);
        jb_diags_free(d);
    }
}

static void refused(const char *path, const char *code, const char *says)
{
    jb_loaded loaded;
    jb_diags *d = jb_diags_new();
    assert_int_equal(jb_plugin_open(path, NULL, &loaded, d), -1);
    assert_string_equal(code_at(d, 0), code);
    assert_says(d, says);
    jb_diags_free(d);
}

static void files_that_are_no_plugins(void **state)
{
    scratch s;
    char path[256];
    unsigned char elf[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    (void)state;
    scratch_make(&s);
    refused(scratch_write(&s, "empty.so", "", 0, path), "E0525", "empty.so");
    refused(scratch_write(&s, "text.so", "not a shared object at all, but long enough to be looked at closely ....", 70,
                          path),
            "E0512", "text.so");
    refused(scratch_write(&s, "short.so", elf, 20, path), "E0512", "short.so");
    elf[16] = 3; /* ET_DYN */
    elf[18] = 0xF3;
    elf[4] = 1; /* 32-bit RISC-V */
    refused(scratch_write(&s, "alien.so", elf, sizeof elf, path), "E0513", "243");
    snprintf(path, sizeof path, "%s/absent.so", s.dir);
    refused(path, "E0510", "absent.so");
    refused(s.dir, "E0511", "regular file");
    elf[4] = 2;
    elf[18] = 62; /* right machine, no more than a header */
    refused(scratch_write(&s, "stump.so", elf, sizeof elf, path), sizeof(void *) == 8 ? "E0524" : "E0513", "stump.so");
    scratch_remove(&s);
}

static void files_others_may_write_to(void **state)
{
    scratch s;
    char path[256], link[256];
    jb_loaded loaded;
    (void)state;
    scratch_make(&s);
    scratch_copy(&s, FAULTS "/good.so", "good.so");
    snprintf(path, sizeof path, "%s/good.so", s.dir);
    snprintf(link, sizeof link, "%s/link.so", s.dir);
    chmod(path, 0666);
    refused(path, "E0511", "others may write");
    chmod(path, 0664);
    refused(path, "E0511", "others may write");
    chmod(path, 0644);
    assert_int_equal(symlink(path, link), 0); /* what a link leads to counts */
    chmod(s.dir, 0777);
    refused(link, "E0511", "others may write");
    chmod(s.dir, 0700);
    if (getuid() == 0) {
        assert_int_equal(chown(path, 12345, 12345), 0);
        refused(path, "E0511", "belongs neither");
        assert_int_equal(chown(path, 0, 0), 0);
    }
    jb_diags *d = jb_diags_new();
    assert_int_equal(jb_plugin_open(link, NULL, &loaded, d), 0);
    assert_string_equal(loaded.file, path);
    jb_diags_free(d);
    scratch_remove(&s);
}

/* A loader that reads past what the file declares would be caught here under ASan. */
static void verify_needs_the_whole_object(void **state)
{
    const jb_plugin p = {.magic = JB_MAGIC, .size = sizeof p, .abi_major = 1, .id = "x", .version = "1"};
    jb_diags *d = jb_diags_new();
    (void)state;
    assert_int_equal(jb_plugin_verify(&p, 8, "x.so", NULL, d), -1);
    assert_int_equal(jb_plugin_verify(&p, sizeof p - 8, "x.so", NULL, d), -1);
    assert_int_equal(jb_plugin_verify(&p, sizeof p, "x.so", NULL, d), 0);
    assert_string_equal(code_at(d, 0), "E0518");
    assert_string_equal(code_at(d, 1), "E0526");
    jb_diags_free(d);
}

static void sha256_of_files(void **state)
{
    scratch s;
    char path[256], hash[65], *long_text = malloc(1000);
    (void)state;
    scratch_make(&s);
    assert_int_equal(jb_file_sha256(scratch_write(&s, "a", "", 0, path), hash), 0);
    assert_string_equal(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(jb_file_sha256(scratch_write(&s, "b", "abc", 3, path), hash), 0);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(
        jb_file_sha256(scratch_write(&s, "c", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, path), hash), 0);
    assert_string_equal(hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(long_text, 'a', 1000);
    assert_int_equal(jb_file_sha256(scratch_write(&s, "d", long_text, 1000, path), hash), 0);
    assert_string_equal(hash, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
    assert_int_equal(jb_file_sha256("/nowhere/at/all", hash), -1);
    free(long_text);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faulty_plugins_are_refused),
        cmocka_unit_test(sound_plugins_load),
        cmocka_unit_test(files_that_are_no_plugins),
        cmocka_unit_test(files_others_may_write_to),
        cmocka_unit_test(verify_needs_the_whole_object),
        cmocka_unit_test(sha256_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
