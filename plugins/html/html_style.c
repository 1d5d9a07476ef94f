// SPDX-License-Identifier: Apache-2.0
/* The style sheet. The fonts an office has come first; all are named, none is fetched. */
#include "html.h"

const char *const html_style[] = {
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;background:#fff;color:#1a1a1a;font:1.0625rem/1.85 仿宋_GB2312,FangSong_GB2312,FangSong,"
    "仿宋,STFangsong,FandolFang R,Noto Serif CJK SC,Source Han Serif SC,Songti SC,SimSun,serif;"
    "font-synthesis:none;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;line-break:strict}\n"
    "main{max-width:42rem;margin:0 auto;padding:2.5rem 1rem 4rem}\n"
    "h1,h2,h3,h4,h5{margin:1.2em 0 .4em;line-height:1.5;font-size:1.0625rem;font-weight:600;"
    "text-indent:2em;break-after:avoid}\n"
    "h1{margin:0 0 1.6em;font-size:1.75rem;font-weight:700;text-indent:0;text-align:center;"
    "text-wrap:balance;font-family:方正小标宋_GBK,方正小标宋简体,FZXiaoBiaoSong-B05S,STZhongsong,"
    "FandolSong B,Noto Serif CJK SC,Source Han Serif SC,Songti SC,SimSun,serif}\n"
    "h2,caption,th[scope=col],figcaption{font-family:黑体,SimHei,Heiti SC,FandolHei R,Noto Sans CJK SC,"
    "Source Han Sans SC,Microsoft YaHei,sans-serif}\n"
    "h2{font-size:1.1875rem}\n"
    "h3{font-family:楷体_GB2312,KaiTi_GB2312,KaiTi,楷体,STKaiti,FandolKai R,Noto Serif CJK SC,serif;"
    "font-size:1.125rem}\n"
    "p,li{margin:0;text-indent:2em;text-align:justify}\n"
    "ul{margin:0;padding:0;list-style:none}\n"
    ".run-in{text-indent:2em;text-align:justify}\n"
    ".run-in>*{display:inline;margin:0}\n"
    "a{color:inherit;text-decoration:underline;text-decoration-color:#8c8c8c;text-underline-offset:.2em}\n"
    ".q,a,td data{white-space:nowrap}\n"
    ".small{margin:.2em 0;font-size:.8125em;line-height:1.6;color:#595959;text-indent:0}\n"
    ".hole{margin:1em 0;padding:1em;border:1px dashed #666;background:#f4f4f4;text-indent:0;text-align:center}\n"
    ".signature{width:fit-content;margin:2.5em 2em 0 auto}\n"
    ".signature p{text-indent:0;text-align:center}\n"
    "hr{margin:2em 0;border:0;border-top:1px solid #d9d9d9}\n",

    /* tables and charts */
    ".scroll{overflow-x:auto;margin:1.2em 0}.scroll+.source{margin:-.8em 0 1.2em}\n"
    "table{width:max-content;max-width:100%;margin:0 auto;border-collapse:collapse;"
    "border-top:1.5px solid #1a1a1a;border-bottom:1.5px solid #1a1a1a;font-family:宋体,SimSun,Songti SC,"
    "FandolSong R,Noto Serif CJK SC,serif;font-size:.9375rem;line-height:1.5}\n"
    "caption{padding:.3em 0;font-weight:600}\n"
    "th,td{padding:.35em .7em;border-bottom:1px solid #d9d9d9;font-weight:400;text-align:left;text-indent:0;"
    "vertical-align:middle}\n"
    "td{min-width:3.5em}tbody th{min-width:6em}\n"
    "thead th{border-bottom:1px solid #1a1a1a;font-weight:600;text-align:center}\n"
    "tfoot th,tfoot td{border-top:1px solid #1a1a1a;border-bottom:0;font-weight:600}\n"
    "tr{break-inside:avoid}\n"
    "td.n{text-align:right;white-space:nowrap}\n"
    "td.c{text-align:center}\n"
    "figure{margin:1.6em 0;text-align:center;break-inside:avoid}\n"
    "figcaption p,p.small.source{text-indent:0;text-align:center}\n"
    "svg{display:block;overflow:visible;width:100%;height:auto;font-family:Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,"
    "PingFang SC,黑体,SimHei,sans-serif}\n"
    "svg path{stroke-linejoin:round}\n"
    "svg.narrow{display:none}\n",

    /* figures: the title is the tip of a mouse; where there is none, a touch shows it at the foot */
    "data{unicode-bidi:isolate;cursor:help}\n"
    "p data[title]:not(.w),li data[title]:not(.w){border-bottom:1px dotted #8c8c8c}\n"
    "data:hover{background:#fff3d6}\n"
    "@media (hover:none){data[title]:hover::after{content:attr(title);position:fixed;z-index:1;left:0;right:0;"
    "bottom:0;padding:.8em 1rem;background:#262626;color:#fff;font-size:.875rem;line-height:1.6;"
    "white-space:pre-line;text-align:left;text-indent:0}}\n",

    ".draft::before{content:\"草稿\";position:fixed;z-index:-1;inset:0;display:grid;place-items:center;"
    "color:#eee;font:700 min(30vw,18rem)/1 黑体,SimHei,Noto Sans CJK SC,sans-serif;transform:rotate(-30deg)}\n"
    ".mark{color:#b00020;text-indent:0;text-align:center}\n"
    "@media (max-width:36rem){main{padding:1.5rem 1rem 3rem}h1{font-size:1.4375rem}"
    "svg.wide{display:none}svg.narrow{display:block}table{max-width:46rem}caption{text-align:left}}\n"
    "@media (min-width:75rem){html{font-size:112.5%}}\n",

    /* paper: the page, type and line of the office form */
    "@page{size:A4;margin:37mm 26mm 35mm 28mm;@bottom-center{content:\"— \" counter(page) \" —\";"
    "font:14pt 宋体,SimSun,Noto Serif CJK SC,serif}}\n"
    "@page wide{size:A4 landscape;margin:28mm 37mm 26mm 35mm}\n"
    "@media print{html{font-size:15.8pt}body{font-size:15.8pt;line-height:29.6pt;orphans:2;widows:2}"
    "main{max-width:none;margin:0;padding:0}h1{font-size:22pt}h2,h3,h4,h5{font-size:15.8pt;margin:0}"
    ".scroll{overflow:visible}table{width:100%;max-width:100%;font-size:10.5pt}thead{display:table-header-group}"
    "tfoot{display:table-row-group}th,td{min-width:0;padding:.25em .4em}svg.wide{display:block}svg.narrow{display:none}"
    "data{background:none!important}data[title]{border:0!important}data::after{content:none!important}"
    "a{text-decoration:none}hr{margin:0;border:0;break-after:page}.landscape{page:wide}}\n",
    NULL};
