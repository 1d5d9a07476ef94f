// SPDX-License-Identifier: Apache-2.0
/* jianbao plugins keygen NAME · sign FILE.so --key NAME.key · verify FILE.so --key NAME.pub. No plugin is loaded. */
#include "cli/commands.h"

#include "base/buf.h"
#include "plugin/sign.h"

#include <errno.h>
#include <string.h>

static void say(const jb_options *o, jb_buf *out, const char *file, const char *sha256, const jb_public_key *key)
{
    if (o->json) {
        jb_buf_str(out, "{\"version\":1,\"file\":");
        jb_buf_json(out, file);
        if (sha256) {
            jb_buf_fmt(out, ",\"sha256\":\"%s\"", sha256);
        }
        jb_buf_fmt(out, ",\"key\":\"%s\"}\n", key->id);
    } else {
        jb_buf_fmt(out, o->zh ? "%s%s%s\t钥匙 %s\n" : "%s%s%s\tkey %s\n", file, sha256 ? "\tsha256 " : "", sha256 ? sha256 : "",
                   key->id);
    }
}

static void verify(const jb_options *o, const char *file, jb_diags *diags, jb_buf *out)
{
    jb_public_key key;
    char sha256[65];
    if (jb_key_read(o->key, NULL, &key, diags) != 0) {
        return;
    }
    if (jb_file_sha256(file, sha256) != 0) {
        jb_diag(diags, "E0510", NULL, file, strerror(errno));
    } else if (jb_signature_holds(file, sha256, &key, 1, NULL, diags) == 0) {
        say(o, out, file, sha256, &key);
    }
}

int jb_cmd_plugins_sign(const jb_options *o)
{
    const char *word = o->operands[0], *file = o->n_operands > 1 ? o->operands[1] : NULL;
    int makes = strcmp(word, "keygen") == 0;
    jb_diags *diags = jb_diags_new();
    jb_public_key key;
    char sha256[65];
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_TEXT);
    if (!file || (!makes && !o->key)) {
        jb_diag(diags, "E0805", NULL, makes ? "plugins keygen" : strcmp(word, "sign") == 0 ? "plugins sign" : "plugins verify",
                makes ? "NAME" : !file ? "FILE.so" : "--key FILE");
    } else if (makes) {
        if (jb_key_make(file, &key, diags) == 0) {
            say(o, &out, file, NULL, &key);
        }
    } else if (strcmp(word, "sign") == 0) {
        if (jb_file_sign(file, o->key, sha256, &key, diags) == 0) {
            say(o, &out, file, sha256, &key);
        }
    } else {
        verify(o, file, diags, &out);
    }
    int code = jb_cli_product(o, &out, jb_cli_report(o, diags, 0));
    jb_buf_free(&out);
    jb_diags_free(diags);
    return code;
}
