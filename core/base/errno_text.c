// SPDX-License-Identifier: Apache-2.0
/* What the C library says of an errno, in Chinese. Callers hand strerror's words to messages that exist in two
 * languages; only here is known which of the two is being filled in. */
#define _GNU_SOURCE /* strerrordesc_np: the words without a locale, NULL for a number that is none */
#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LAST_ERRNO = 133 };

static const struct {
    int number;
    const char *zh;
} USUAL[] = {
    {ENOENT, "没有这个文件或文件夹"},
    {EACCES, "没有权限"},
    {EPERM, "不允许这样做"},
    {EISDIR, "这是文件夹，不是文件"},
    {ENOTDIR, "路径中有一段不是文件夹"},
    {EEXIST, "已经存在"},
    {ENOTEMPTY, "文件夹不空"},
    {ENOSPC, "磁盘满了"},
    {EDQUOT, "超出磁盘配额"},
    {EFBIG, "文件太大"},
    {EROFS, "磁盘是只读的"},
    {EIO, "读写磁盘出错"},
    {ENAMETOOLONG, "名称太长"},
    {ELOOP, "符号链接绕成了圈"},
    {ENOMEM, "内存不够"},
    {EMFILE, "打开的文件太多"},
    {ENFILE, "系统打开的文件太多"},
    {EINVAL, "参数不对"},
    {EBUSY, "正在使用"},
    {EPIPE, "对方已经关闭"},
    {EXDEV, "不在同一个磁盘上"},
    {ECONNREFUSED, "连接被拒绝"},
    {ETIMEDOUT, "等了太久没有回应"},
};

const char *jb_errno_zh(const char *words, char number[JB_ERRNO_TEXT])
{
    int e = 1;
    if (words[0] < 'A' || words[0] > 'Z') { /* all of them begin so */
        return words;
    }
    for (; e <= LAST_ERRNO; e++) {
        const char *said = strerrordesc_np(e);
        if (said && strcmp(said, words) == 0) {
            break;
        }
    }
    if (e > LAST_ERRNO) {
        return words;
    }
    for (size_t i = 0; i < sizeof USUAL / sizeof USUAL[0]; i++) {
        if (USUAL[i].number == e) {
            return USUAL[i].zh;
        }
    }
    snprintf(number, JB_ERRNO_TEXT, "错误 %d", e);
    return number;
}
