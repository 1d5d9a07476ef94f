// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#define M(code, en, zh, hint_en, hint_zh)                                                          \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

const jb_message sq_messages[SQ_N_MESSAGES] = {
    M("E0650", "no such database file: {1}", "没有这个数据库文件：{1}",
      "a relative path is taken from the folder of the configuration file that holds it",
      "相对路径从写它的配置文件所在的文件夹算起"),
    M("E0651", "{1} is not an ordinary file", "{1} 不是普通文件", "name the database file itself",
      "请写数据库文件本身"),
    M("E0652", "this file is not an SQLite database", "这个文件不是 SQLite 数据库",
      "a CSV file needs type = csv; an encrypted database cannot be read",
      "CSV 文件请用 type = csv；加密的数据库不能读"),
    M("E0653", "exactly one of `table` and `query` is needed", "table 与 query 必须且只能写一个",
      "table = NAME, or query = SELECT …", "写 table = 表名，或 query = SELECT …"),
    M("E0654", "no table or view called “{1}”", "没有名为“{1}”的表或视图",
      "look at the names in the database", "请核对数据库中的表名"),
    M("E0655", "SQLite says: {1}", "SQLite 报告：{1}", NULL, NULL),
    M("E0656", "not a single SELECT: {1}", "不是单条 SELECT 查询：{1}",
      "a source only reads: one SELECT, WITH or VALUES statement",
      "数据源只读：写一条 SELECT、WITH 或 VALUES 语句"),
    M("E0657", "out of memory while reading SQLite", "读取 SQLite 时内存不足", NULL, NULL),
    M("E0658", "the database is locked by another program", "数据库被其他程序锁定",
      "run again when the other program has finished", "等其他程序写完后再运行"),
    M("E0659", "{1} cannot be opened for reading", "无法打开 {1} 读取",
      "ask the owner of the file for read access", "请文件所有者开放读权限"),
    M("E0661", "not of type {1}", "不是 {1} 类型的值", "correct the cell, or declare another type",
      "请改正这个单元格，或另行声明类型"),
    M("E0662", "more decimals than {1} holds", "小数位数超出 {1}", "declare a larger scale",
      "请声明更多的小数位"),
    M("E0663", "too large for {1}", "数值超出 {1} 的范围", "declare a wider type",
      "请声明更宽的类型"),
    M("E0664", "not of type {1}, which the table declares or its first rows suggest",
      "不是 {1} 类型的值，而表的声明或前面的行是这种类型",
      "declare the type of this column with type.COLUMN, or correct the cell",
      "请用 type.列名 声明这一列的类型，或改正这个单元格"),
    M("E0665", "no column “{1}”", "没有“{1}”这一列", "look at the names in the table",
      "请核对表中的列名"),
    M("E0666", "several columns are called “{1}”", "有几列都叫“{1}”",
      "give them names of their own in the query (AS …), or write #N for the Nth column",
      "请在查询中用 AS 另起名字，或用 #N 表示第 N 列"),
    M("E0667", "a BLOB, which is not text or number", "是 BLOB，不是文字或数字",
      "leave this column out, or convert it in a query", "不要读这一列，或在 query 中转换"),
    M("E0668", "text that is not valid UTF-8", "不是有效的 UTF-8 文字",
      "the database was filled with bytes of another encoding", "写入数据库时用了别的编码"),
};
