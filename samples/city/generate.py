#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of an invented city below 台账/, the same bytes on every machine.

    generate.py              write the tables beside this file
    generate.py --check      say whether the tree holds exactly these tables (exit 1 if not)
    generate.py --sqlite F   write the foreign-investment table as a SQLite database F

Every firm, person and place is invented.  The tables carry the mess of real offices on purpose:
title rows, subtotal and total rows, five ways of writing a date, three tokens for "no value",
quoted commas, doubled quotes and line ends, one file in GB18030 with CRLF, one with a BOM.
No clock, no `random`: a small generator below is the only source of variety.
"""
import datetime
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DAY = datetime.timedelta(days=1)
CUT = datetime.date(2022, 8, 16)
LAST = datetime.date(2022, 9, 5)

# district, weight in the project book, projects of 1亿元 and more planned for 2022
DISTRICTS = [("东湖区", 11, 17), ("西山区", 9, 16), ("南川区", 9, 17), ("北岭区", 8, 16),
             ("江口县", 6, 12), ("云溪县", 0, 6), ("石桥县", 5, 9), ("青田县", 5, 10),
             ("临水市", 8, 14), ("高平市", 8, 15), ("高新区", 16, 28), ("经开区", 14, 26)]
PARKS = {"东湖区": "东湖现代服务业集聚区", "西山区": "西山智能装备产业园",
         "南川区": "南川亚麻纺织产业园", "北岭区": "北岭新材料产业园",
         "江口县": "江口临港产业园", "石桥县": "石桥绿色食品产业园",
         "青田县": "青田生态农业产业园", "临水市": "临水生物医药产业园",
         "高平市": "高平先进制造产业园", "高新区": "高新技术产业开发区",
         "经开区": "经济技术开发区"}
PREFIXES = ("云岫 澄屿 霁川 岚泽 栎阳 沐禾 瑞堃 鼎喆 芷汀 砚池 朔原 聿恒 寰屿 祺岭 叙白 "
            "漱石 枕溪 望舒 昭野 邈远 衡麓 潼川 峤南 洵美 攸宁 景芃 晏清 屹峰 珩宇 汀兰 "
            "煦和 苍梧 绥丰 濯缨 琅环 溯源 崤东 荻港 榆塞 麟趾 棠樾 穗禾 阜安 璟驰 泊远 "
            "青禾里 松间 鹿鸣岭 雁回 星渚 漫江 拾光岛 玉衡台 观澜渡 竹里 沧溪 梧野 "
            "桐湾 堃岳 喆远").split()
TRADES = {"制造业": "光电 半导体 智能装备 精密机械 新材料 生物制药 医疗器械 亚麻纺织 健康食品 "
                    "水性涂料 卫浴洁具 汽车零部件 数码电子 储能电池".split(),
          "第三产业": "数字科技 现代物流 文化旅游 工业设计 检验检测 供应链管理 康养服务".split(),
          "现代农业": "水产品 种业 中药材 设施蔬菜".split(),
          "新能源": "风力发电 光伏发电 氢能".split(),
          "基础设施": "冷链仓储 标准厂房 污水处理".split()}
KINDS = {"制造业": "生产基地 产业园 智能工厂 研发制造中心 扩能技改".split(),
         "第三产业": "总部 区域中心 综合体 服务平台".split(),
         "现代农业": "示范园 深加工基地 育繁基地".split(),
         "新能源": "示范 一体化 装机".split(),
         "基础设施": "一期 二期 配套".split()}
INDUSTRY_WEIGHTS = [("制造业", 46), ("第三产业", 24), ("现代农业", 11), ("新能源", 11),
                    ("基础设施", 8)]
SURNAMES = "赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫 蒋 沈 韩 杨 朱 秦 许 何 吕 施 张 孔".split()
GIVEN = "喆 堃 立新 海峰 文静 思远 志强 晓岚 建国 雨桐 振华 佳宁 明哲 国栋 若溪 一帆".split()


class Dice:
    """splitmix64: small, well mixed, and the same everywhere."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def below(self, n):
        return self.next() % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        roll = self.below(sum(pair[1] for pair in pairs))
        for pair in pairs:
            roll -= pair[1]
            if roll < 0:
                return pair[0]
        raise AssertionError("weights do not cover the roll")

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items

    def day(self, first, last):
        return first + DAY * self.below((last - first).days + 1)


def date(year, month, day):
    return datetime.date(year, month, day)


def cents(value):
    """An amount held in hundredths, written as people type it: no idle zeros, or all of them."""
    whole, part = divmod(value, 100)
    if part == 0:
        return str(whole) if whole % 3 else "%d.00" % whole
    if part % 10 == 0:
        return "%d.%d" % (whole, part // 10)
    return "%d.%02d" % (whole, part)


def exact(value):
    return "%d.%02d" % divmod(value, 100)


class Writer:
    """Turns rows into CSV text; dates and missing values are written in turning styles."""

    def __init__(self, seed):
        self.dice = Dice(seed)
        self.lines = []

    def date(self, day):
        style = self.dice.below(5)
        return ("%d-%d-%d", "%d.%d.%d", "%d/%d/%d", "%d年%d月%d日", "%04d%02d%02d")[style] % (
            day.year, day.month, day.day)

    def cell(self, value):
        if value is None:
            return self.dice.pick(["", "", "—", "/", "待定"])
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime.date):
            return self.date(value)
        return str(value)

    def raw(self, cells):
        self.lines.append(",".join(quote(c) for c in cells))

    def row(self, cells):
        self.raw([self.cell(c) for c in cells])

    def text(self, end="\n"):
        return end.join(self.lines) + end


def quote(cell):
    if any(c in cell for c in ',"\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def padded(cells, width):
    return cells + [""] * (width - len(cells))


# ---------------------------------------------------------------- projects

class Names:
    """Hands out prefix + trade pairs, each once."""

    def __init__(self, dice):
        self.dice = dice
        self.used = set()

    def pair(self, industry):
        while True:
            pair = self.dice.pick(PREFIXES) + self.dice.pick(TRADES[industry])
            if pair not in self.used:
                self.used.add(pair)
                return pair
            if len(self.used) > 1500:
                raise AssertionError("the pool of names is used up")


class Project:
    def __init__(self):
        self.id = self.name = self.investor = self.district = self.industry = None
        self.park = self.amount = self.land = self.stage = self.tier = None
        self.sign = self.reg = self.land_date = self.start = self.produce = None
        self.ready = self.landed = False
        self.paid = self.note = None


NOTES = ["总投资分两期,一期先行", "对接\"链主\"企业,已签框架协议", "用地预审,环评同步办理",
         "第一次会审：原则同意\n第二次会审：补充亩均产出", "投资方为\"专精特新\"企业",
         "法人代表姓名含生僻字𠮷", "", "", "", "", "", "", "", ""]


def make_project(dice, names, low, high):
    """The parts every project has; amounts are drawn between low and high 万元."""
    p = Project()
    p.district = dice.weighted(DISTRICTS)
    # projects of billions are factories, power stations and the like, not vegetable fields
    p.industry = dice.weighted([w for w in INDUSTRY_WEIGHTS if low < 100000
                                or w[0] not in ("现代农业", "基础设施")])
    pair = names.pair(p.industry)
    p.name = pair + dice.pick(KINDS[p.industry]) + "项目"
    p.investor = pair + dice.pick(["有限公司", "股份有限公司", "（集团）有限公司", "科技有限公司"])
    if p.district in ("高新区", "经开区") or dice.chance(45):
        p.park = PARKS[p.district]
    elif dice.chance(8):
        p.park = PARKS["高新区"]
    step = 50000 if dice.chance(70) else (25 if dice.chance(50) else 10)
    if low < 10000:
        step = 1000 if dice.chance(60) else 5
    p.amount = dice.between(low * 100 // step + 1, high * 100 // step - 1) * step
    p.tier = "重特大" if p.amount >= 100000_00 else "重点" if p.amount >= 10000_00 else "一般"
    if dice.chance(82):
        p.land = p.amount // dice.between(260, 620)
    p.note = dice.pick(NOTES)
    return p


def advance(dice, p, until, goal):
    """Gives the dates that a project at stage `goal` has; none lies after `until`."""
    order = ["签约", "注册", "供地", "开工", "在建", "投产"]
    level = {"实质启动": 3, "终止": 0}.get(goal, order.index(goal) if goal in order else 0)
    p.stage = goal
    at = p.sign
    for step in range(1, level + 1):
        at = min(at + DAY * dice.between(12, 48), dice.day(min(at + DAY, until), until))
        if step == 1:
            p.reg = at
        elif step == 2:
            p.land_date = at
            p.ready = dice.chance(80)
        elif step == 3:
            p.start = at
        elif step == 5:
            p.produce = at
    if p.land is None:
        p.land_date = None
        p.ready = False
    p.landed = level >= 1
    if goal != "终止":
        share = [4, 12, 18, 35, 62, 88][level]
        p.paid = p.amount * dice.between(share // 2, share) // 100
    return p


def projects_2021(dice, names):
    rows = []
    start, half = date(2021, 1, 5), date(2021, 8, 16)

    def sign_date(p, large):
        if large and p.district == "石桥县":
            return dice.day(date(2021, 9, 1), date(2021, 11, 30))
        return dice.day(start, half if dice.chance(62) else date(2021, 12, 24))

    for n in range(32):
        low, high = (200000, 460000) if n < 14 else (100000, 200000)
        p = make_project(dice, names, low, high)
        p.sign = sign_date(p, True)
        goal = dice.pick(["在建", "在建", "投产", "注册", "签约"])
        if n % 5 == 0:
            goal = "开工"
            p.sign = dice.day(date(2021, 1, 6), date(2021, 3, 20))
            if p.district == "石桥县":
                p.district, p.park = "西山区", PARKS["西山区"]
        advance(dice, p, date(2021, 8, 10) if goal == "开工" else date(2021, 12, 28), goal)
        rows.append(p)
    # signed large last year, started this year: seven before the cut, one just after it
    for n in range(8):
        p = make_project(dice, names, 105000, 320000)
        p.sign = dice.day(date(2021, 9, 1), date(2021, 11, 20))
        advance(dice, p, date(2021, 12, 26), "供地")
        p.stage = "开工" if n % 3 else "实质启动"
        p.start = date(2022, 8, 19) if n == 7 else dice.day(date(2022, 2, 20), date(2022, 8, 9))
        p.paid = p.amount * dice.between(15, 30) // 100
        rows.append(p)
    for n in range(84):
        p = make_project(dice, names, 10000, 96000)
        p.sign = sign_date(p, True)
        goal = dice.weighted([("签约", 10), ("注册", 16), ("供地", 14), ("在建", 32), ("投产", 22),
                              ("终止", 6)])
        advance(dice, p, date(2021, 12, 29), goal)
        if n % 8 == 3:
            # signed late last year, registered in the new one
            p.sign = dice.day(date(2021, 10, 10), date(2021, 12, 24))
            p.stage, p.landed = "注册", True
            p.reg = date(2022, 8, 18) if n == 83 else dice.day(date(2022, 1, 10), date(2022, 7, 20))
            p.land_date = p.start = p.produce = None
            p.ready = False
        rows.append(p)
    for n in range(152):
        p = make_project(dice, names, 800, 9990)
        p.sign = sign_date(p, False)
        goal = dice.weighted([("签约", 24), ("注册", 14), ("供地", 8), ("在建", 24), ("投产", 22),
                              ("终止", 8)])
        rows.append(advance(dice, p, date(2021, 12, 29), goal))
    rows.sort(key=lambda p: (p.sign, p.name))
    return rows


def projects_2022(dice, names):
    rows = []
    start, calm = date(2022, 1, 5), date(2022, 8, 2)
    week, last_week = (date(2022, 8, 10), CUT), (date(2022, 8, 3), date(2022, 8, 9))

    def spread(n, quiet):
        """Most days lie before August; a few fall into the last two weeks."""
        return dice.day(*week) if n in quiet[0] else \
            dice.day(*last_week) if n in quiet[1] else dice.day(start, calm)

    def add(p, sign, goal):
        p.sign = sign
        rows.append(advance(dice, p, LAST, goal))
        return p

    # over 20亿元, signed and settled: 43 up to the cut, three after it
    for n in range(46):
        p = make_project(dice, names, 200000, 520000)
        late = [date(2022, 8, 18), date(2022, 8, 22), date(2022, 8, 31)]
        sign = late[n - 43] if n >= 43 else spread(n, ((5,), (11, 29, 38)))
        add(p, sign, "注册" if n % 3 and sign < calm else "签约")
        p.landed = True
    # near misses: not settled yet, or exactly 20亿元
    for n in range(7):
        p = make_project(dice, names, 200000, 380000)
        add(p, dice.day(start, calm), "签约")
        p.landed = n >= 5
        if n >= 5:
            p.amount = 200000_00
    # over 10亿元 and started within the year: four of eleven
    for n in range(4):
        p = make_project(dice, names, 105000, 290000)
        add(p, dice.day(date(2022, 1, 8), date(2022, 3, 15)), "供地")
        p.stage = "开工" if n % 2 else "实质启动"
        p.start = dice.day(date(2022, 6, 20), date(2022, 8, 14))
        p.paid = p.amount * dice.between(10, 25) // 100
    p = add(make_project(dice, names, 105000, 150000), date(2022, 2, 11), "开工")
    p.amount = 100000_00
    # 1亿元 to 20亿元
    for n in range(44):
        high = 96000 if n % 4 else 195000
        p = make_project(dice, names, 10000, high)
        sign = dice.day(CUT + DAY, LAST) if n >= 37 else spread(n, ((7,), (2, 13, 30)))
        goal = dice.weighted([("签约", 24), ("注册", 26), ("供地", 38), ("开工", 12)])
        if p.amount > 100000_00 and goal == "开工":
            goal = "供地"
        add(p, sign, goal)
    rows[-20].amount = 10000_00
    rows[-23].name = '澄屿"未来工厂"智能装备一期,二期项目'
    for n in range(186):
        p = make_project(dice, names, 600, 9990)
        sign = dice.day(CUT + DAY, LAST) if n >= 165 else dice.day(start, CUT)
        add(p, sign, dice.weighted([("签约", 20), ("注册", 34), ("供地", 20), ("开工", 15),
                                    ("实质启动", 8), ("终止", 3)]))
    rows.sort(key=lambda p: (p.sign, p.name))
    # in negotiation: 62 very large, 38 others, no dates yet
    for n in range(100):
        p = make_project(dice, names, 100000 if n < 62 else 3000, 880000 if n < 62 else 90000)
        p.stage, p.tier = "在谈", "重特大" if n < 62 else p.tier
        p.land = None if dice.chance(60) else p.land
        if n % 9 == 4:
            p.amount = None
        if n % 13 == 6:
            p.industry = None
        rows.append(p)
    return rows


PROJECT_HEAD = ["序号", "项目编号", "项目名称", "投资方", "县（市、区）", "产业门类", "承载平台",
                "总投资（万元）", "用地面积（亩）", "进展阶段", "项目等级", "签约日期", "注册日期",
                "取得土地日期", "具备开工条件", "开工日期", "投产日期", "是否落地", "到位资金（万元）",
                "备注"]


def total_row(label, rows):
    cells = [""] * len(PROJECT_HEAD)
    cells[2] = label
    cells[7] = exact(sum(p.amount for p in rows if p.amount is not None))
    cells[8] = exact(sum(p.land for p in rows if p.land is not None))
    cells[18] = exact(sum(p.paid for p in rows if p.paid is not None))
    cells[19] = "共%d个" % len(rows)
    return cells


def project_table(rows, year, seed, end):
    w = Writer(seed)
    width = len(PROJECT_HEAD)
    w.raw(padded(["全市招商引资项目台账（%d年）" % year], width))
    w.raw(padded(["填报单位：市产业办", "", "", "", "单位：万元、亩", "", "签约截至%s" % (
        "12月31日" if year == 2021 else "9月5日")], width))
    w.raw(PROJECT_HEAD)
    part = []
    for i, p in enumerate(rows):
        if part and p.sign and part[-1].sign and (p.sign.month > 6) != (part[-1].sign.month > 6):
            w.raw(total_row("小计", part))
            part = []
        part.append(p)
        w.row([str(i + 1), p.id, p.name, p.investor, p.district, p.industry, p.park,
               None if p.amount is None else cents(p.amount),
               None if p.land is None else cents(p.land), p.stage, p.tier, p.sign, p.reg,
               p.land_date, p.ready, p.start, p.produce, p.landed,
               None if p.paid is None else cents(p.paid), p.note])
    w.raw(total_row("小计", part))
    w.raw(total_row("合计", rows))
    w.raw([""] * width)
    return w.text(end)


def make_projects(dice):
    names = Names(dice)
    books = {2021: projects_2021(dice, names), 2022: projects_2022(dice, names)}
    for year, rows in books.items():
        for i, p in enumerate(rows):
            p.id = "XM%d-%04d" % (year, i + 1)
    return books


# ---------------------------------------------------------------- the other tables

def lead_table(dice):
    w = Writer(101)
    w.raw(["招商线索登记表", "", "", "", "", "", "", ""])
    w.raw(["线索编号", "来源单位", "县（市、区）", "收集日期", "意向投资（万元）", "是否有效",
           "重复于", "流转时长（小时）"])
    sources = ["驻外招商一组", "驻外招商二组", "驻外招商三组", "委托机构", "商会协会", "县（市、区）"]
    spans = [(date(2021, 1, 4), date(2021, 8, 16), 190), (date(2021, 8, 17), date(2021, 12, 30), 96),
             (date(2022, 1, 4), CUT, 262), (CUT + DAY, LAST, 24)]
    rows = []
    for first, last, n in spans:
        for _ in range(n):
            large = dice.chance(84)
            amount = dice.between(100, 3200) * 10000 if large else dice.between(600, 9900) * 100
            if dice.chance(22):
                amount += dice.between(1, 99)
            if dice.chance(3):
                amount = None
            rows.append([dice.day(first, last), dice.pick(sources),
                         dice.weighted([(d[0], d[1] + 2) for d in DISTRICTS]), amount,
                         dice.chance(91), dice.between(4, 150) * 5 if dice.chance(95) else None])
    rows.sort(key=lambda r: r[0])
    for i, (day, source, district, amount, valid, hours) in enumerate(rows):
        dup = "XS%04d" % dice.between(1, i) if i > 3 and not valid and dice.chance(50) else None
        w.row(["XS%04d" % (i + 1), source, district, day, None if amount is None else cents(amount),
               valid, dup, None if hours is None else "%d.%d" % divmod(hours, 10)])
    w.raw(["", "合计", "", "", exact(sum(r[3] for r in rows if r[3] is not None)), "", "", ""])
    return w.text()


def fdi_rows(dice):
    """name, district, industry, kind, contract (hundredths of 万美元), paid, reg, state, landed, from"""
    names = Names(dice)
    places = ["新加坡", "德国", "日本", "韩国", "法国", "意大利", "荷兰", "香港", "泰国"]
    rows = []

    def add(kind, state, reg, landed, industry=None, loose=False):
        industry = industry or dice.weighted(INDUSTRY_WEIGHTS[:4])
        pair = names.pair(industry)
        contract = dice.between(60, 4200) * 100 + (dice.between(1, 99) if dice.chance(35) else 0)
        paid = None if state == "在谈" else contract * dice.between(5, 60) // 100
        rows.append([pair + "（%s）有限公司" % dice.pick(["中国", "亚太", "华东"]),
                     dice.weighted(DISTRICTS), industry, kind,
                     None if loose else contract, paid, reg, state, landed, dice.pick(places)])

    year = (date(2022, 1, 10), date(2022, 8, 14))
    for n in range(24):
        reg = dice.day(*year) if n > 1 else dice.day(date(2022, 8, 10), CUT)
        settled = 2 <= n < 14
        reg = min(reg, date(2022, 7, 20)) if settled else reg
        add("新增", "落户" if settled else "签约", reg,
            reg + DAY * dice.between(3, 26) if settled else None, "制造业" if n % 4 == 2 else None)
    for n in range(6):
        add("增资", "落户", dice.day(*year), dice.day(date(2018, 3, 1), date(2020, 11, 30)))
    for n in range(5):
        add("新增", "落户", dice.day(date(2021, 9, 1), date(2021, 12, 20)),
            dice.day(date(2022, 1, 12), date(2022, 6, 30)), "制造业" if n == 1 else None)
    services = ["第三产业", "现代农业", "新能源"]
    for n in range(18):
        reg = dice.day(date(2021, 1, 11), date(2021, 8, 12))
        add("新增", "落户" if n < 9 else "签约", reg,
            reg + DAY * dice.between(1, 4) if n < 9 else None, services[n % 3])
    for n in range(4):
        add("增资", "落户", dice.day(date(2021, 2, 1), date(2021, 10, 30)),
            dice.day(date(2017, 5, 1), date(2019, 12, 30)))
    add("新增", "落户", date(2022, 8, 17), date(2022, 8, 20), "制造业")
    add("新增", "签约", date(2022, 8, 22), None)
    add("增资", "落户", date(2022, 8, 19), date(2019, 6, 18))
    add("新增", "签约", date(2022, 9, 1), None)
    for n in range(107):
        add(None, "在谈", None, None, loose=n % 12 == 5)
    return rows


FDI_HEAD = ["企业名称", "县（市、区）", "产业门类", "类型", "协议外资（万美元）", "到资（万美元）", "注册日期",
            "状态", "落户日期", "国别（地区）"]


def fdi_table(rows):
    w = Writer(202)
    w.raw(FDI_HEAD)
    for r in rows:
        w.row(r[:4] + [None if v is None else cents(v) for v in r[4:6]] + r[6:])
    w.raw(["合计", "", "", "", exact(sum(r[4] for r in rows if r[4] is not None)),
           exact(sum(r[5] for r in rows if r[5] is not None)), "", "", "", ""])
    return "\ufeff" + w.text()


def visit_table(dice, books):
    w = Writer(303)
    w.raw(["序号", "项目编号", "级别", "走访人", "走访时间:日期", "地点", "事项"])
    places = ["深圳", "上海", "北京", "广州", "苏州", "宁波", "成都", "本市"]
    spans = [(date(2021, 2, 1), date(2021, 8, 16), 150, 2021), (date(2021, 8, 17), date(2021, 12, 24), 90, 2021),
             (date(2022, 1, 6), date(2022, 8, 9), 330, 2022), (date(2022, 8, 10), CUT, 15, 2022),
             (CUT + DAY, LAST, 36, 2022)]
    rows = []
    for first, last, n, year in spans:
        pool = [p for p in books[year] if p.amount and p.amount >= 10000_00]
        for _ in range(n):
            level = dice.weighted([("县区主要领导", 80), ("市保联领导", 15), ("部门负责人", 5)])
            rows.append((dice.day(first, last), dice.pick(pool).id, level))
    rows.sort()
    for i, (day, project, level) in enumerate(rows):
        w.row([str(i + 1), project, level, dice.pick(SURNAMES) + dice.pick(GIVEN), day,
               dice.pick(places), dice.pick(["洽谈,考察", "推进土地手续", "签约前对接", "协调用能"])])
    return w.text()


def meeting_table(dice):
    w = Writer(404)
    w.raw(["会议名称", "类型", "召开日期", "会审供地项目数", "主持人"])
    rows = []
    for first, last, joint, other in [(date(2021, 1, 15), date(2021, 8, 16), 11, 7),
                                      (date(2021, 8, 17), date(2021, 12, 20), 6, 4),
                                      (date(2022, 1, 10), CUT, 14, 9), (CUT + DAY, LAST, 2, 1)]:
        for _ in range(joint):
            rows.append([dice.day(first, last), "联席", dice.between(2, 7)])
        for _ in range(other):
            rows.append([dice.day(first, last), dice.pick(["专题", "调度"]), None])
    rows.sort(key=lambda r: (r[0], r[1]))
    for i, (day, kind, land) in enumerate(rows):
        title = {"联席": "签约项目联合会商会审会", "专题": "产业链专题会", "调度": "重点项目调度会"}[kind]
        w.row(["%s（总第%d次）" % (title, i + 1), kind, day, land, dice.pick(SURNAMES) + "副市长"])
    return w.text()


def activity_rows(dice):
    rows = []
    cities = ["深圳", "上海", "苏州", "北京", "杭州", "广州", "成都", "厦门"]
    large = [(date(2021, 4, 16), 236), (date(2021, 6, 25), 180), (date(2021, 10, 22), 310),
             (date(2022, 2, 25), 268), (date(2022, 3, 18), 214), (date(2022, 4, 22), 352),
             (date(2022, 5, 27), 226), (date(2022, 6, 24), 305), (date(2022, 7, 29), 418),
             (date(2022, 8, 19), 209)]
    for i, (day, people) in enumerate(large):
        rows.append([day, "大型", "推介会", cities[i % len(cities)], people])
    for first, last, n in [(date(2021, 2, 1), date(2021, 8, 16), 17),
                           (date(2021, 8, 17), date(2021, 12, 20), 9),
                           (date(2022, 1, 12), CUT, 23), (CUT + DAY, LAST, 2)]:
        for _ in range(n):
            rows.append([dice.day(first, last), dice.pick(["中型", "小型"]),
                         dice.pick(["发展论坛", "产业招商会", "旅游推介会"]), dice.pick(cities),
                         dice.between(24, 160)])
    rows.sort(key=lambda r: (r[0], r[4]))
    return rows


def activity_table(dice, rows):
    w = Writer(505)
    w.raw(["编号", "活动名称", "规模", "类型", "举办地", "举办日期", "参会人数", "主推产业"])
    for i, (day, size, kind, city, people) in enumerate(rows):
        topic = dice.pick(["电子信息", "亚麻纺织", "生物科技", "绿色食品", "综合"])
        name = "%s%s%s" % (city, topic, kind)
        if i % 6 == 2:
            name = '"投资本市,共赢未来"' + name
        if i % 11 == 5:
            name += "\n（与商会合办）"
        w.row(["HD%03d" % (i + 1), name, size, kind, city, day, people, topic])
    return w.text()


def guest_rows(dice):
    """day, company, person, fortune 500, central SOE, listed"""
    names = Names(dice)
    tails = ["集团", "控股", "股份", "国际", "实业", "科技"]

    def companies(n, fortune, central, listed):
        made = []
        for i in range(n):
            pair = names.pair(dice.weighted(INDUSTRY_WEIGHTS))
            made.append([pair + dice.pick(tails) + "有限公司", i < fortune,
                         fortune - 1 <= i < fortune - 1 + central, 3 <= i < 3 + listed])
        return dice.shuffled(made)

    def person():
        return dice.pick(SURNAMES) + dice.pick(GIVEN)

    rows = []
    old = companies(204, 5, 2, 51)
    for i in range(264):
        company = old[i] if i < len(old) else dice.pick(old)
        rows.append([dice.day(date(2021, 3, 20), date(2021, 10, 15))] + company[:1] + [person()]
                    + company[1:])
    events = [date(2022, 2, 25), date(2022, 3, 18), date(2022, 4, 22), date(2022, 5, 27),
              date(2022, 6, 24), date(2022, 7, 29)]
    # firms of last year that come again count once this year
    pool = companies(290, 9, 4, 95) + [c for c in dice.shuffled(old) if not any(c[1:])][:28]
    for i in range(413):
        company = pool[i] if i < len(pool) else dice.pick(pool)
        rows.append([dice.pick(events) - DAY * dice.between(1, 16)] + company[:1] + [person()]
                    + company[1:])
    fresh = companies(15, 1, 1, 4)
    for i in range(24):
        company = fresh[i] if i < len(fresh) else dice.pick(pool)
        day = dice.day(CUT + DAY, date(2022, 8, 19)) if i % 3 else dice.day(date(2022, 8, 26), LAST)
        rows.append([day] + company[:1] + [person()] + company[1:])
    rows.sort(key=lambda r: (r[0], r[1], r[2]))
    return rows


def guest_table(rows):
    w = Writer(606)
    w.raw(["企业", "姓名", "邀请日期", "世界500强", "央企", "上市公司"])
    for day, company, name, fortune, central, listed in rows:
        w.row([company, name, day, fortune, central, listed])
    return w.text()


def publication_table(dice):
    w = Writer(707)
    w.raw(["渠道", "标题", "发布日期", "阅读量"])
    rows = []
    plan = [(date(2021, 1, 8), date(2021, 8, 16), {"网站": 16, "微信": 14, "电视": 2, "报纸": 5}),
            (date(2021, 8, 17), date(2021, 12, 28), {"网站": 9, "微信": 12, "电视": 1, "报纸": 2}),
            (date(2022, 1, 7), CUT, {"网站": 21, "微信": 17, "电视": 3, "报纸": 7, "电台": 4}),
            (CUT + DAY, date(2022, 8, 23), {"网站": 1, "微信": 2, "报纸": 1}),
            (date(2022, 8, 24), LAST, {"网站": 2, "微信": 1})]
    for first, last, channels in plan:
        for channel, n in channels.items():
            rows += [[dice.day(first, last), channel] for _ in range(n)]
    rows.sort()
    topics = ["招商动态", "政策解读", "园区推介", "项目签约", "营商环境"]
    for i, (day, channel) in enumerate(rows):
        title = '第%d期"投资本市"：%s' % (i + 1, dice.pick(topics))
        if i % 4 == 1:
            title += ",企业家说"
        w.row([channel, title, day, None if channel != "微信" else dice.between(300, 9000)])
    return w.text()


MONTH_SHARES = [5, 6, 9, 8, 9, 11, 8, 8, 9, 9, 9, 9]


def target_table():
    w = Writer(808)
    w.raw(["招商引资年度目标任务分解表", "", "", "", "", ""])
    w.raw(["年度", "层级", "县（市、区）", "新项目目标（个）", "到位资金目标（万元）", "实际利用外资目标（万美元）"])
    for year, scale in ((2021, 90), (2022, 100)):
        marks = [(name, goal * scale // 100, goal * 10400 * scale // 100, goal * 55 * scale // 100)
                 for name, _, goal in DISTRICTS]
        for name, a, b, c in marks:
            w.row([year, "县区", name, a, b, c])
        w.row([year, "全市", "全市"] + [sum(m[k] for m in marks) for k in (1, 2, 3)])
    return w.text()


def plan_table():
    """The year's target cut into months; whole projects, the rest falls to the later months."""
    w = Writer(909)
    w.raw(["县（市、区）", "月末", "计划新项目（个）"])
    for name, _, goal in DISTRICTS:
        done = share = 0
        for month in range(1, 13):
            share += MONTH_SHARES[month - 1]
            upto = goal * share // 100
            last = date(2022 + month // 12, month % 12 + 1, 1) - DAY
            w.row([name, last, upto - done])
            done = upto
    return w.text()


def park_table(dice):
    w = Writer(111)
    w.raw(["承载平台", "县（市、区）", "可供土地（亩）", "闲置厂房（平方米）", "投用年份"])
    for district, park in PARKS.items():
        w.row([park, district, cents(dice.between(90, 1900) * 100 + dice.pick([0, 0, 50, 25])),
               dice.between(12, 380) * 100, dice.between(1998, 2020)])
    w.raw(["合计", "", "", "", ""])
    return w.text()


def policy_table():
    w = Writer(121)
    w.raw(["文件名称", "文号", "印发日期", "类别"])
    for name, number, day, kind in [
            ("关于做好招商引资工作的实施意见", "某产办〔2022〕3号", date(2022, 2, 14), "统筹"),
            ("关于进一步加快重点项目进程的工作方案", "某产办〔2022〕7号", date(2022, 4, 2), "统筹"),
            ("产业项目用地保障办法（试行）", "某产办〔2022〕9号", date(2022, 5, 19), "土地"),
            ("新兴产业扶持若干政策", "某产办〔2022〕12号", date(2022, 6, 30), "扶持"),
            ("委托招商管理办法", "某产办〔2022〕15号", date(2022, 8, 18), "统筹"),
            ("2021年招商引资考核办法", "某产办〔2021〕5号", date(2021, 3, 11), "考核")]:
        w.row(["《%s》" % name, number, day, kind])
    return w.text()


def tables():
    """Path below this folder -> bytes."""
    books = make_projects(Dice(20220816))
    made = {
        "项目2021.csv": project_table(books[2021], 2021, 11, "\r\n").encode("gb18030"),
        "项目2022.csv": project_table(books[2022], 2022, 12, "\n").encode("utf-8"),
        "线索.csv": lead_table(Dice(21)).encode("utf-8"),
        "外资.csv": fdi_table(fdi_rows(Dice(22))).encode("utf-8"),
        "走访.csv": visit_table(Dice(23), books).encode("utf-8"),
        "会议.csv": meeting_table(Dice(24)).encode("utf-8"),
        "活动.csv": activity_table(Dice(25), activity_rows(Dice(26))).encode("utf-8"),
        "嘉宾.csv": guest_table(guest_rows(Dice(27))).encode("utf-8"),
        "发布.csv": publication_table(Dice(28)).encode("utf-8"),
        "目标.csv": target_table().encode("utf-8"),
        "月度计划.csv": plan_table().encode("utf-8"),
        "平台.csv": park_table(Dice(29)).encode("utf-8"),
        "政策.csv": policy_table().encode("utf-8"),
    }
    return {os.path.join("台账", name): data for name, data in made.items()}


def write_tree():
    os.makedirs(os.path.join(HERE, "台账"), exist_ok=True)
    for path, data in tables().items():
        with open(os.path.join(HERE, path), "wb") as out:
            out.write(data)
    return 0


def check_tree():
    wanted = tables()
    wrong = 0
    for path, data in wanted.items():
        try:
            with open(os.path.join(HERE, path), "rb") as held:
                same = held.read() == data
        except OSError:
            same = False
        if not same:
            print("differs: " + path)
            wrong = 1
    for name in sorted(os.listdir(os.path.join(HERE, "台账"))):
        if name.endswith(".csv") and os.path.join("台账", name) not in wanted:
            print("not made here: 台账/" + name)
            wrong = 1
    return wrong


def write_sqlite(path):
    """The table a database office would keep: ISO dates, NULLs, floating amounts."""
    import sqlite3
    if os.path.exists(path):
        os.remove(path)
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE wzxm (qymc TEXT, xsq TEXT, cyml TEXT, lx TEXT, xywz REAL, dz REAL,"
                 " zcrq TEXT, zt TEXT, lhrq TEXT, gb TEXT)")
    for r in fdi_rows(Dice(22)):
        amounts = [None if v is None else v / 100 for v in r[4:6]]
        days = [None if d is None else d.isoformat() for d in (r[6], r[8])]
        base.execute("INSERT INTO wzxm VALUES (?,?,?,?,?,?,?,?,?,?)",
                     r[:4] + amounts + [days[0], r[7], days[1], r[9]])
    base.commit()
    base.close()
    return 0


def main(arguments):
    if not arguments:
        return write_tree()
    if arguments == ["--check"]:
        return check_tree()
    if len(arguments) == 2 and arguments[0] == "--sqlite":
        return write_sqlite(arguments[1])
    sys.stderr.write("usage: generate.py [--check | --sqlite FILE]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
