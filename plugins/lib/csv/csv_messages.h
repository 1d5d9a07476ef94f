// SPDX-License-Identifier: Apache-2.0
/* Everything the reader refuses, as the list that a plugin puts among its messages. {1}, {2}:
 * arguments; the host prints the place itself. */
#ifndef JB_LIB_CSV_MESSAGES_H
#define JB_LIB_CSV_MESSAGES_H

#include <jianbao/plugin.h>

#define CSV_N_MESSAGES 40u
#define CSV_M(code, en, zh, hint_en, hint_zh)                                                      \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

#define CSV_MESSAGES \
    CSV_M("E0601", "no such file: {1}", "没有这个文件：{1}", \
      "a relative path is taken from the folder of the configuration file that holds it", \
      "相对路径从写它的配置文件所在的文件夹算起"), \
    CSV_M("E0602", "no file matches {1}", "没有文件符合 {1}", "look at the folder and the spelling", \
      "请核对文件夹和文件名写法"), \
    CSV_M("E0603", "no permission to read {1}", "没有读取 {1} 的权限", \
      "ask the owner of the file for read access", "请文件所有者开放读权限"), \
    CSV_M("E0604", "{1} is a folder, not a file", "{1} 是文件夹，不是文件", \
      "name a file in it, or a pattern such as folder/*.csv", \
      "请写出其中的文件，或用“文件夹/*.csv”"), \
    CSV_M("E0605", "the file cannot be read", "读取文件失败", \
      "the disk or the network folder may be in trouble", "请检查磁盘或网络文件夹"), \
    CSV_M("E0606", "out of memory while reading CSV", "读取 CSV 时内存不足", NULL, NULL), \
    CSV_M("E0607", "the file is empty", "文件是空的", "was the export complete?", "请核对导出是否完整"), \
    CSV_M("E0608", "the headings are to be in row {1}, but the file has {2} rows", \
      "表头应在第 {1} 行，但文件只有 {2} 行", "set `header` to the row of the headings", \
      "用 header 写明表头在第几行"), \
    CSV_M("E0609", "the row of headings is empty", "表头所在行是空的", \
      "set `header` to the row of the headings", "用 header 写明表头在第几行"), \
    CSV_M("E0610", "this is an Excel workbook, not CSV", "这是 Excel 工作簿，不是 CSV", \
      "save the sheet as “CSV UTF-8”", "请另存为“CSV UTF-8（逗号分隔）”"), \
    CSV_M("E0611", "the file is in UTF-16", "文件编码是 UTF-16", "save it as “CSV UTF-8”", \
      "请另存为“CSV UTF-8（逗号分隔）”"), \
    CSV_M("E0612", "invalid UTF-8 at byte {1} ({2})", "第 {1} 字节处不是有效的 UTF-8（{2}）", \
      "if the file is GB18030, set encoding = gb18030; else it is damaged at this place", \
      "如是国标编码，请设 encoding = gb18030；否则此处已损坏"), \
    CSV_M("E0613", "invalid GB18030 at byte {1} ({2})", "第 {1} 字节处不是有效的 GB18030（{2}）", \
      "if the file is UTF-8, set encoding = utf-8; else it is damaged at this place", \
      "如是 UTF-8，请设 encoding = utf-8；否则此处已损坏"), \
    CSV_M("E0614", "neither UTF-8 nor GB18030: byte {1} is {2}", \
      "既不是 UTF-8，也不是 GB18030：第 {1} 字节是 {2}", "save the file as “CSV UTF-8”", \
      "请另存为“CSV UTF-8（逗号分隔）”"), \
    CSV_M("E0615", "a NUL byte at byte {1}", "第 {1} 字节是 NUL（0x00）", \
      "the file is damaged, or it is not text", "文件已损坏，或不是文本文件"), \
    CSV_M("E0616", "the file ends inside a character, at byte {1} ({2})", \
      "文件在一个字的中间断了，第 {1} 字节（{2}）", "the file was cut off: export or copy it again", \
      "文件不完整，请重新导出或复制"), \
    CSV_M("E0617", "the file changed while it was read", "读取过程中文件被改动", \
      "run again when nobody writes to it", "等没有人写这个文件时再运行"), \
    CSV_M("E0618", "this system cannot decode GB18030", "本系统不能解码 GB18030", \
      "install the character set modules of the C library, or save the file as UTF-8", \
      "请安装 C 库的字符集模块，或把文件存为 UTF-8"), \
    CSV_M("E0619", "{1} is not an ordinary file", "{1} 不是普通文件", \
      "pipes and devices cannot be read twice; save the data to a file", \
      "管道和设备不能重复读取，请先存成文件"), \
    CSV_M("E0620", "a quote is opened here and never closed", "这里的引号没有收尾", \
      "close it, or write a quote inside a field twice (\"\")", \
      "请补上收尾的引号；字段里的引号要写两个（\"\"）"), \
    CSV_M("E0621", "a quote in the wrong place, in column “{1}”", "“{1}”列的引号位置不对", \
      "a field with quotes is quoted as a whole and its quotes are doubled: \"5\"\" pipe\"", \
      "含引号的字段要整个加引号，里面的引号写两个：\"5\"\"管\""), \
    CSV_M("E0622", "a carriage return inside a field, in column “{1}”", "“{1}”列里有单独的回车符", \
      "quote the field, or save the file with ordinary line ends", \
      "请给字段加引号，或改用通常的换行"), \
    CSV_M("E0623", "{1} fields where the headings have {2}", "本行有 {1} 个字段，表头有 {2} 个", \
      "a field with a comma must be quoted; or skip such rows with on_error = skip", \
      "含逗号的字段要加引号；或用 on_error = skip 跳过这样的行"), \
    CSV_M("E0624", "a record longer than {1} MiB", "一条记录超过 {1} MiB", \
      "probably not a table with line ends, or a quote is missing", "可能没有换行，或缺了引号"), \
    CSV_M("E0625", "heading “{1}” of {2} is missing here", "这里没有 {2} 中的表头“{1}”", \
      "all files of one source need the same headings; their order may differ", \
      "同一来源的各文件表头须相同，次序可以不同"), \
    CSV_M("E0626", "heading “{1}” is not in {2}", "表头“{1}”在 {2} 中没有", \
      "all files of one source need the same headings; their order may differ", \
      "同一来源的各文件表头须相同，次序可以不同"), \
    CSV_M("E0627", "no column “{1}” ({2} columns)", "没有“{1}”这一列（共 {2} 列）", \
      "write the heading as it stands in the file, or #N for the Nth column", \
      "请照表头原文写，或用 #N 表示第 N 列"), \
    CSV_M("E0628", "{2} columns are called “{1}”", "有 {2} 列都叫“{1}”", \
      "say which with #N: name.OURS = #N", "请用 #N 指明：name.名称 = #N"), \
    CSV_M("E0629", "the headings have a quote or carriage return in the wrong place", \
      "表头中引号或回车符的位置不对", "quotes inside a heading are doubled", \
      "表头里的引号要写两个"), \
    CSV_M("E0630", "not an integer", "不是整数", "correct the cell, or declare another type", \
      "请改正这个单元格，或另行声明类型"), \
    CSV_M("E0631", "not a number", "不是数字", \
      "correct the cell, or name texts that mean “no value” with `null`", \
      "请改正这个单元格；表示“无”的写法可用 null 列出"), \
    CSV_M("E0632", "more decimals than {1} holds", "小数位数超出 {1}", \
      "correct the cell, or declare more decimals, such as type.COLUMN = decimal(14,4)", \
      "请改正这个单元格，或声明更多的小数位，如 type.列名 = decimal(14,4)"), \
    CSV_M("E0633", "too large for {1}", "数值超出 {1} 的范围", \
      "see whether the cell has digits too many; else declare a wider type: decimal(18,2)", \
      "请核对是否多写了几位；确实这么大时声明更宽的类型，如 decimal(18,2)"), \
    CSV_M("E0634", "not a date, or no such day", "不是日期，或没有这一天", \
      "dates are written 2022-8-16, 2022.8.16, 2022/8/16, 2022年8月16日 or 20220816", \
      "日期写作 2022-8-16、2022.8.16、2022/8/16、2022年8月16日 或 20220816"), \
    CSV_M("E0635", "neither yes nor no", "不是“是/否”", "write 1/0, true/false or 是/否", \
      "请写 1/0、true/false 或 是/否"), \
    CSV_M("E0636", "not a floating-point number", "不是浮点数", "correct the cell", "请改正这个单元格"), \
    CSV_M("E0637", "does not fit {1}, which all cells before suggested", \
      "不符合 {1}，而前面的单元格都是这种类型", \
      "declare the type of this column with type.COLUMN, or correct the cell", \
      "请用 type.列名 声明这一列的类型，或改正这个单元格"), \
    CSV_M("E0640", "heading “{1}” occurs twice, so the columns cannot be matched with {2}", \
      "表头“{1}”出现两次，无法与 {2} 的各列对应", "give every column a heading of its own", \
      "请让每一列有不同的表头"), \
    CSV_M("E0641", "only one column, and its heading holds “{1}”", "只有一列，而表头里有“{1}”", \
      "if that is the mark between fields, set delimiter = {1}", \
      "如果它是分隔符，请设 delimiter = {1}"), \
    CSV_M("E0642", "“{1}” cannot be a delimiter", "“{1}”不能作分隔符", \
      "one ASCII mark such as , ; | or the word tab", "用一个半角符号，如 , ; |，或写 tab")

#endif
