# SPDX-License-Identifier: Apache-2.0
"""A report of one page that uses a little of everything; the tests that break things start from it."""
from common import write

INI = """; 小样
[report]
title  = 小样
issuer = 某办
date   = 2022-08-19
as_of  = 2022-08-16
period = year_to_date

[keys "district"]
values = 甲区, 乙区, 丙区

[source "projects"]
type           = csv
path           = 项目.csv
name.name      = 名称
name.district  = 县区
name.amount    = 投资（万元）
name.sign_date = 签约日期
type.amount    = decimal(12,2)
type.sign_date = date
unit.amount    = 万元

[metric "新项目"]
type   = count
source = projects
where  = amount >= 1亿元
at     = sign_date
names  = name by amount desc
unit   = 个

[metric "投资额"]
inherit = 新项目
type    = sum
column  = amount
unit    = 万元

[metric "分区"]
inherit  = 新项目
group_by = district

[rule "合计"]
assert = sum(分区) = 新项目

[section "正文"]
type  = text
title = 总体
text  = 全市新项目{新项目}个，投资{投资额 | 亿元 1}。

[section "表"]
type    = table
title   = 各区
rows    = district
columns = 县区: district, 新项目（个）: 分区

[section "落款"]
type = signature

[renderer "pdf"]
type = pdf
path = 小样.pdf

[renderer "text"]
type = text
path = 小样.txt

[renderer "json"]
type = json
path = 小样.json
"""

CSV = """名称,县区,投资（万元）,签约日期
一号项目,甲区,12000.50,2022-01-10
二号项目,乙区,30000,2022-02-11
三号项目,甲区,9000,2022-03-12
四号项目,乙区,25000.25,2022-08-16
五号项目,甲区,50000,2022-08-17
"""


def make(folder, ini=INI, csv=CSV, name="小样"):
    """Writes the report below `name`; returns its INI file."""
    if csv is not None:
        write(folder.at(name, "项目.csv"), csv)
    return write(folder.at(name, "小样.ini"), ini)
