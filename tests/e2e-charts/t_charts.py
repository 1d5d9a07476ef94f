# SPDX-License-Identifier: Apache-2.0
"""Every chart type drawn by `jianbao run` from the sample city: what the page owes to a chart (caption, number, source,
size of text, no missing glyph, alternative text), the same bytes twice, refusals at check, and the conformance kit."""
import json
import os
import re
import shutil
import subprocess
import sys

JIANBAO, SOURCE, PLUGINS, BUILD = sys.argv[1:5]
CITY = os.path.join(SOURCE, "configs", "city-briefing.ini")
WORK = os.path.join(BUILD, "work")
DISTRICTS = "东湖区 西山区 南川区 北岭区 江口县 云溪县 石桥县 青田县 临水市 高平市 高新区 经开区".split()

CHARTS = [
    ("并列图", "bar", "metric = 分区新项目, 分区上年同期"),
    ("堆叠图", "bar", "style = stacked\nmetric = 分区其中注册, 分区上年同期"),
    ("三线图", "line", "metric = 分区新项目, 分区上年同期, 分区年度目标"),
    ("构成图", "share", "metric = 分产业新项目"),
    ("环形图", "share", "style = donut\nmetric = 其中注册, 其中签约, 开工项目"),
    ("漏斗图", "funnel", "metric = 签约项目, 履约项目, 开工项目"),
    ("目标图", "target", "metric = 分区新项目\ntarget = 分区年度目标\nbands = 60, 80, 100"),
    ("同一目标图", "target", "metric = 分区新项目\ntarget = 10"),
    ("变动图", "change", "metric = 分区新项目\nversus = 分区上年同期"),
    ("地图图", "map", "path = 市.geojson\nmetric = 分区完成率"),
    ("单数图", "bar", "metric = 新项目, 其中签约, 其中注册"),
]
failures = []


def expect(ok, what):
    if not ok:
        failures.append(what)


def run(*args, env=None):
    e = dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1")
    return subprocess.run([JIANBAO, *args], capture_output=True, text=True, env=e, timeout=240)


def city_map(path):
    features = []
    for i, name in enumerate(DISTRICTS):
        x, y = 114 + i % 4 * 0.4, 30 + i // 4 * 0.3
        ring = [[x, y], [x + 0.4, y], [x + 0.4, y + 0.3], [x, y + 0.3], [x, y]]
        features.append({"type": "Feature", "properties": {"name": name},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": features}, f, ensure_ascii=False)


def write(name, text):
    path = os.path.join(WORK, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def draw(extra, out):
    done = run("run", CITY, "--with", extra, "-o", os.path.join(WORK, out))
    expect(done.returncode == 0, f"run gives {done.returncode}: {done.stderr[-2000:]}")
    pdfs = [p for p in done.stdout.split("\n") if p.endswith(".pdf")]
    return done, pdfs[0] if pdfs else None


def all_types():
    text = "".join(f'[section "图组{i}"]\ntype = chart\nchart = {kind}\ncaption = {name}\n{keys}\n\n'
                   for i, (name, kind, keys) in enumerate(CHARTS))
    extra = write("图.ini", text + '[renderer "图svg"]\ntype = svg\npath = 图.svg\n')
    done, pdf = draw(extra, "a")
    if pdf is None:
        return
    _, again = draw(extra, "b")
    with open(pdf, "rb") as f, open(again, "rb") as g:
        expect(f.read() == g.read(), "two runs differ")
    expect("E0796" not in done.stderr, "the ring was refused")
    expect(not re.search(r"E096[234]\b", done.stderr), "a glyph is missing: " + done.stderr[-500:])
    words = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True).stdout
    plain = re.sub(r"\s+", "", words)
    for i, (name, _, _) in enumerate(CHARTS):  # two charts of the sample come first
        expect(f"图{i + 3}{name}" in plain, f"图{i + 3} {name} has no caption")
    expect(plain.count("数据来源：") >= len(CHARTS) + 2, "a chart has no source line")
    expect("数据来源：市产业办项目台账、年度目标任务；截至2022年8月16日" in plain,
           "the source of the target is not told")
    for district in DISTRICTS:
        expect(plain.count(district) >= 8, f"{district} is not named in every chart by district")
    expect("单位：%" in plain and "较上一环节" in plain and "完成率" in plain, "heads of columns")
    sizes(pdf)
    alternative(os.path.join(WORK, "a"))


def sizes(pdf):
    """Rule 15: no text below 7.5 points."""
    boxes = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True).stdout
    heights = [float(b) - float(a) for a, b in re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)]
    expect(heights and min(heights) >= 7.5, f"text of {min(heights or [0]):.1f} points")


def alternative(folder):
    """Rule 15: one sentence for each chart travels with the drawing; taken from the pages as SVG."""
    said = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".svg"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                said += re.findall(r'aria-label="([^"]*)"', f.read())
    expect(len(said) >= len(CHARTS) + 2, f"{len(said)} sentences for {len(CHARTS) + 2} charts")
    for start in ("条形图：", "折线图：", "构成图：", "漏斗图：", "目标对照图：", "变动图：", "地图："):
        expect(any(s.startswith(start) and s.endswith("。") for s in said), f"no sentence begins with {start}")
    expect(any("最高为东湖区（13个），最低为云溪县（0个）" in s for s in said), "the highest and lowest of the sample")


def refusals():
    cases = [
        ("目标", "chart = target\nmetric = 分区新项目", "E0795"),
        ("单位", "chart = line\nmetric = 分区新项目, 分区投资额", "E0794"),
        ("两个", "chart = share\nmetric = 分区新项目, 分区上年同期", "E0799"),
        ("混合", "chart = bar\nmetric = 分区新项目, 新项目", "E1380"),
        ("分段", "chart = target\nmetric = 分区新项目\ntarget = 分区年度目标\nbands = 80, 60", "E1381"),
        ("无图", "chart = map\nmetric = 分区完成率\npath = 没有.geojson", "E1389"),
        ("坏图", "chart = map\nmetric = 分区完成率\npath = 图.ini", "E138[34]"),
    ]
    for name, keys, code in cases:
        extra = write("错.ini", f'[section "{name}"]\ntype = chart\n{keys}\n')
        done = run("check", CITY, "--with", extra)
        expect(done.returncode == 2 and re.search(code, done.stderr),
               f"{name}: exit {done.returncode}, wanted {code}: {done.stderr[:600]}")
    extra = write("总量.ini", '[section "总量"]\ntype = chart\nchart = map\npath = 市.geojson\nmetric = 分区新项目\n')
    done = run("check", CITY, "--with", extra)
    expect(done.returncode == 0 and "E1390" in done.stderr, f"a map of totals is not warned of: {done.stderr[:600]}")


def kit():
    done = run("plugins", "test", os.path.join(PLUGINS, "charts.so"))
    expect(done.returncode == 0, "the kit: " + done.stdout[-1500:] + done.stderr[-500:])
    expect(re.search(r"\b0 failed", done.stdout), "the kit: " + done.stdout[-300:])
    ini = write("套.ini", '[report]\ntitle = 样本\n[section "图"]\ntype = chart\nchart = map\npath = 市.geojson\nmetric = 数\n')
    done = run("plugins", "test", os.path.join(PLUGINS, "charts.so"), "--ini", ini)
    for name in ("draw", "one", "forty", "negative", "missing", "ties", "no_rows", "same", "memory", "quiet"):
        counted = rf"|^skipped\s+chart/map\s+{name}\b.*\(sanitizers\)" if name == "memory" else ""
        expect(re.search(rf"^ok\s+chart/map\s+{name}\b" + counted, done.stdout, re.M),
               f"the kit: chart/map {name}: " + "".join(x for x in done.stdout.splitlines(True) if "chart/map" in x))


def main():
    if not shutil.which("pdftotext"):
        print("skipped: pdftotext is not installed")
        return 77
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    city_map(os.path.join(WORK, "市.geojson"))
    all_types()
    refusals()
    kit()
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
