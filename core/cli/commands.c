// SPDX-License-Identifier: Apache-2.0
/* Commands and options as data: parsing, help and the manual page's test read these tables. */
#include "cli/option_ids.h"

enum {
    READS = JB_CMD_CHECK | JB_CMD_PLAN | JB_CMD_FIGURES | JB_CMD_RUN | JB_CMD_CONFIG,
    WORKS = JB_CMD_CHECK | JB_CMD_PLAN | JB_CMD_FIGURES | JB_CMD_RUN,
    LISTS = JB_CMD_CHECK | JB_CMD_PLAN | JB_CMD_FIGURES | JB_CMD_PLUGINS | JB_CMD_EXPLAIN | JB_CMD_CONFIG | JB_CMD_DOCTOR
};

static const jb_option_def OPTIONS[] = {
    {"--as-of", 0, "DATE", READS, "data cut-off: YYYY-MM-DD, today or yesterday",
     "数据截止日：YYYY-MM-DD、today 或 yesterday", OPT_AS_OF},
    {"--set", 0, "KIND.KEY=V", READS, "override one value: KIND.KEY=V or KIND.NAME.KEY=V; repeatable",
     "改一个值：KIND.KEY=V 或 KIND.NAME.KEY=V；可多次", OPT_SET},
    {"--with", 0, "FILE", READS, "lay one more INI file on top; repeatable", "再叠加一个 INI 文件；可多次", OPT_WITH},
    {"--profile", 0, "P,Q", READS, "use these profiles; run writes each", "使用这些 profile；run 各写一份", OPT_PROFILE},
    {"--threads", 0, "N", WORKS, "threads for reading data (default: one per core; never changes a figure)",
     "读数据的线程数（默认每核一个；不影响任何数）", OPT_THREADS},
    {"--output", 'o', "DIR", JB_CMD_RUN | JB_CMD_PLAN | JB_CMD_CHECK, "directory of the files written (default: here)",
     "输出目录（默认当前目录）", OPT_OUTPUT},
    {"--only", 0, "SECTION", JB_CMD_RUN, "write only this section", "只写这一个 section", OPT_ONLY},
    {"--draft", 0, NULL, JB_CMD_RUN, "go on though rules are broken: marked as a draft, file name ends in -草稿",
     "勾稽不符也出稿：加“草稿”水印，文件名带 -草稿", OPT_DRAFT},
    {"--strict", 0, NULL, JB_CMD_RUN | JB_CMD_CHECK, "no placeholders, no font substitutes, no unchecked rules",
     "不许占位、不许替换字体、不许规则查不了", OPT_STRICT},
    {"--verify-pushdown", 0, NULL, JB_CMD_RUN | JB_CMD_FIGURES,
     "compute what a database aggregates from its rows as well; a difference ends the run (exit 7)",
     "数据库汇总的数再逐行算一遍；有不同就停下（退出码 7）", OPT_VERIFY},
    {"--data", 0, NULL, JB_CMD_CHECK, "also read every source once", "把每个数据源读一遍", OPT_DATA},
    {"--origins", 0, NULL, JB_CMD_CHECK, "show which file and line each value came from", "列出每个值出自哪个文件哪一行",
     OPT_ORIGINS},
    {"--safe", 0, NULL, WORKS | JB_CMD_PLUGINS, "load only the installation's plugins", "只装自带的插件", OPT_SAFE},
    {"--component", 0, "KIND/NAME", JB_CMD_PLUGINS, "test only this component; KIND/NAME/CHECK: only this check of it",
     "只测这个组件；写成 KIND/NAME/CHECK 则只做这一项", OPT_COMPONENT},
    {"--ini", 0, "FILE", JB_CMD_PLUGINS, "sections for the test to use where it cannot guess settings",
     "猜不出设置时，test 用这个文件里的段", OPT_INI},
    {"--key", 0, "FILE", JB_CMD_PLUGINS, "sign: the secret key; verify: the public key", "sign 用私钥文件，verify 用公钥文件", OPT_KEY},
    {"--in-process", 0, NULL, WORKS, "no worker processes, for a debugger", "不另起进程，供调试器用", OPT_IN_PROCESS},
    {"--json", 0, NULL, LISTS, "JSON on standard output", "标准输出用 JSON", OPT_JSON},
    {"--log-format", 0, "json|text", JB_CMD_ALL, "form of the messages on standard error", "标准错误上消息的格式",
     OPT_LOG_FORMAT},
    {"--color", 0, "WHEN", JB_CMD_ALL, "auto, always or never", "auto、always 或 never", OPT_COLOR},
    {"--quiet", 'q', NULL, JB_CMD_ALL, "no closing lines", "不要结束语", OPT_QUIET},
    {"--verbose", 'v', NULL, JB_CMD_ALL, "say more; repeatable", "多说一些；可重复", OPT_VERBOSE},
    {"--help", 'h', NULL, JB_CMD_ALL, "this help", "本帮助", OPT_HELP},
    {"--version", 0, NULL, JB_CMD_ALL, "print the version", "显示版本", OPT_VERSION},
};

static const jb_command_def COMMANDS[] = {
    {"init", JB_CMD_INIT, "[DIR]", 0, 1, "a configuration and data that make a briefing at once",
     "生成一套马上能出简报的配置和数据",
     "Writes into DIR (default: here). Existing files are never overwritten: if one is in the way, nothing is written.",
     "写到 DIR（默认当前目录）。绝不覆盖已有文件：有一个重名就什么都不写。"},
    {"check", JB_CMD_CHECK, "FILE", 1, 1, "configuration, types, units, rules, fonts; reads headers only",
     "检查配置、类型、单位、规则、字体；数据只看表头",
     "Exit 0: fine. 2: the configuration has errors, all of them are printed. 3: a source cannot be read.",
     "退出码 0：没有问题；2：配置有错，一次全部列出；3：有数据源打不开。"},
    {"plan", JB_CMD_PLAN, "FILE", 1, 1, "what would be read, computed and written", "将要读什么、算什么、写什么", NULL, NULL},
    {"figures", JB_CMD_FIGURES, "FILE [NAME…]", 1, 1024, "compute figures and show them", "算出各项指标并列出",
     "Without names: all, in the order of the files. With --json the values are exact decimal texts.",
     "不写名字则全部列出，按配置里的次序。--json 里的值是精确的十进制文本。"},
    {"run", JB_CMD_RUN, "FILE", 1, 1, "write the briefing", "写出简报",
     "Prints the path of each file written, one a line. Nothing is written when the configuration or the data has an error\n"
     "or a rule is broken; the previous files stay as they were.",
     "每写成一个文件，打印一行路径。配置或数据有错、勾稽不符时什么都不写，原有文件不动。"},
    {"plugins", JB_CMD_PLUGINS, "[list | show NAME|FILE.so | test FILE.so | reference | messages | index]", 0, 2, "types and their parameters",
     "有哪些类型，各有哪些参数",
     "list: every type. show NAME: parameters of a type or plugin. test FILE.so: what the plugin must keep\n"
     "to, checked one by one, each check in a process of its own. keygen NAME: a pair of keys, NAME.key and NAME.pub.\n"
     "sign FILE.so --key NAME.key: writes FILE.so.sig. verify FILE.so --key NAME.pub. reference: all of it as a Markdown page. messages: every code likewise.\n"
     "index: the text of the index file beside the plugins.",
     "list：全部类型。show NAME：某个类型或插件的参数。test FILE.so：逐项检查这个插件是否守约，每项各在一个进程里做。\n"
     "keygen NAME：生成一对钥匙 NAME.key 和 NAME.pub。sign FILE.so --key NAME.key：写出 FILE.so.sig。verify FILE.so --key NAME.pub：核对签名。\n"
     "reference：全部写成一页 Markdown。messages：全部错误代码写成一页。index：插件目录的索引文件内容。"},
    {"new", JB_CMD_NEW, "KIND NAME [DIR]", 2, 3, "a plugin project: source, CMake file, report, data, test",
     "新建插件工程：源码、CMake 文件、报告、数据、测试",
     "KIND: source, metric, derive (a metric from figures), section, chart, renderer. Writes DIR/NAME (default: NAME here),\n"
     "which must not exist. It builds, passes its test and makes a report as it stands.",
     "KIND 为 source、metric、derive（由指标算出的指标）、section、chart、renderer。写到 DIR/NAME（默认当前目录下的 NAME），\n"
     "该目录不能已存在。写出的工程不改一字就能编译、通过测试、出报告。"},
    {"doctor", JB_CMD_DOCTOR, "[FILE…]", 0, 64, "what this machine has and lacks: plugins, fonts, sandbox, limits",
     "本机有什么缺什么：插件、字体、沙箱、限额",
     "Loads every plugin of the installation, and each FILE.so or those that FILE.ini names, in a child of its own.\n"
     "Exit 0: all is well. 2: something marked ✗ is not.",
     "把自带的每个插件，以及给出的 FILE.so 或 FILE.ini 里写的插件，各放进一个子进程装一遍。\n"
     "退出码 0：都好；2：有打 ✗ 的。"},
    {"explain", JB_CMD_EXPLAIN, "CODE", 1, 1, "what a message code means and what to do", "某个消息代号的意思和处理办法", NULL,
     NULL},
    {"config", JB_CMD_CONFIG, "dump FILE", 2, 2, "the configuration after merging, with the origin of each value",
     "合并之后的配置，以及每个值的出处", NULL, NULL},
    {"help", JB_CMD_HELP, "[COMMAND]", 0, 1, "this overview, or one command", "总览，或某一个命令", NULL, NULL},
    {"version", JB_CMD_VERSION, "", 0, 0, "print the version", "显示版本", NULL, NULL},
};

const jb_option_def *jb_option_at(size_t i)
{
    return i < sizeof OPTIONS / sizeof OPTIONS[0] ? &OPTIONS[i] : NULL;
}

const jb_command_def *jb_command_at(size_t i)
{
    return i < sizeof COMMANDS / sizeof COMMANDS[0] ? &COMMANDS[i] : NULL;
}

const jb_command_def *jb_command_of(uint32_t id)
{
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (COMMANDS[i].id == id) {
            return &COMMANDS[i];
        }
    }
    return NULL;
}
