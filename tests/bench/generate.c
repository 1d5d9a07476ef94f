// SPDX-License-Identifier: Apache-2.0
/* The table of the benchmark: generate ROWS [SEED] > projects.csv. Integer arithmetic only, so that
 * the same rows come out everywhere. Investment projects as a province would keep them: unevenly many
 * a district, four fifths domestic, amounts over four orders of magnitude, two project names in five
 * seen before, a comma or a quotation mark in some of them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const districts[] = {
    "东湖区", "西山区", "南川区", "北岭县", "江口县", "河东区", "河西区", "新城区", "高新区", "经开区",
    "临港区", "双桥县", "清泉县", "石门县", "白马县", "金沙县", "龙潭区", "凤台县", "云梦县", "安乐县",
    "平湖市", "永宁县", "长乐市", "太和县", "青龙县", "松林县", "梅山县", "竹溪县", "柳河县", "桃源县",
    "枫桥镇", "杏林区", "茶陵县", "沙洲县", "海门市", "湾里区", "岭南县", "溪口县", "塘下镇", "坝上县"};
static const char *const industries[] = {"制造业", "电子信息", "医药健康", "新能源", "物流",
                                         "金融",   "文旅",     "农业",     "环保"};
static const char *const stages[] = {"洽谈", "签约", "开工", "投产", "终止"};
static const char *const makers[] = {"宏达", "瑞丰", "天工", "嘉禾", "博远", "正泰源", "海纳", "众诚",
                                     "启明", "恒基业", "东旭升", "华安", "立信", "丰茂", "晨光达", "国泰和"};
static const char *const products[] = {"精密轴承", "锂电池隔膜", "智能仓储", "中药饮片", "光伏玻璃",
                                       "汽车线束", "数据中心",   "食品加工", "污水处理", "民宿集群",
                                       "芯片封装", "特种钢材",   "种苗繁育", "冷链配送"};
static const char *const ends[] = {"项目", "生产线", "产业园", "二期", "研发中心", "扩产项目"};

/* PCG-XSH-RR, 64 bits of state. */
static uint32_t draw(uint64_t *state)
{
    uint64_t old = *state;
    *state = old * 6364136223846793005u + 1442695040888963407u;
    uint32_t mixed = (uint32_t)(((old >> 18) ^ old) >> 27), turn = (uint32_t)(old >> 59);
    return mixed >> turn | mixed << (-turn & 31);
}

static uint32_t below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(((uint64_t)draw(state) * n) >> 32);
}

/* The same project whenever its number is drawn again. */
static void put_name(uint32_t project)
{
    uint64_t own = 0x9e3779b97f4a7c15u ^ project;
    draw(&own);
    uint32_t look = below(&own, 16);
    const char *maker = makers[below(&own, COUNT(makers))];
    const char *product = products[below(&own, COUNT(products))];
    const char *mark = look < 2 ? "\"\"" : "", *comma = look > 12 ? "," : "";
    printf("\"%s%s%s%s%s%s%u号\"", mark, maker, mark, product, comma, ends[below(&own, COUNT(ends))],
           project);
}

/* Hundredths, as short as they can be written. */
static void put_hundredths(uint64_t v)
{
    printf("%llu", (unsigned long long)(v / 100));
    if (v % 100 != 0) {
        printf(v % 10 != 0 ? ".%02u" : ".%u", (unsigned)(v % 10 != 0 ? v % 100 : v % 100 / 10));
    }
}

static void put_day(uint32_t day)
{
    static const uint32_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    uint32_t year = 2019, length = 365, month = 11, leap;
    while (day >= length) {
        day -= length;
        length = ++year % 4 == 0 ? 366 : 365;
    }
    leap = length - 365;
    while (day < before[month] + (month > 1 ? leap : 0)) {
        month--;
    }
    printf("%u-%02u-%02u", year, month + 1, day - before[month] - (month > 1 ? leap : 0) + 1);
}

static void put_row(uint64_t id, uint64_t rows, uint64_t *state)
{
    static const uint8_t stage_of[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4};
    uint32_t a = below(state, COUNT(districts)), b = below(state, COUNT(districts));
    uint32_t industry = below(state, 14), foreign = below(state, 5) == 0;
    uint32_t step = below(state, 13), low = below(state, 13);
    uint64_t base = 20000u << (step < low ? step : low), amount = base + below(state, (uint32_t)base);
    amount -= below(state, 3) == 0 ? amount % 100 : 0;
    printf("%llu,%s,", (unsigned long long)id, districts[a < b ? a : b]);
    put_name(below(state, (uint32_t)(rows * 3 / 4 + 1)));
    printf(",%s,%s,%s,", industries[industry < 5 ? 0 : industry - 5],
           stages[stage_of[below(state, COUNT(stage_of))]], foreign ? "外资" : "内资");
    put_hundredths(amount);
    putchar(',');
    if (foreign && below(state, 10) != 0) {
        put_hundredths(amount * (30 + below(state, 70)) / 700);
    }
    putchar(',');
    put_day(below(state, 6 * 365 + 1));
    putchar(',');
    put_hundredths(amount / 300 + below(state, 15000));
    printf(",%u\n", below(state, 16) == 0);
}

int main(int argc, char **argv)
{
    uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20220816;
    if (rows == 0 || rows > 1000000000u) {
        fputs("generate ROWS [SEED] > projects.csv\n", stderr);
        return 2;
    }
    puts("id,district,name,industry,stage,kind,amount_wan,foreign_usd_wan,sign_date,land_mu,is_fortune500");
    for (uint64_t i = 1; i <= rows; i++) {
        put_row(i, rows, &state);
    }
    return fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
