/**
 * The style sheet of a report: system fonts, a light and a dark colour scheme, and rules for print. Every meaning that
 * a colour carries is also carried by a word or a shape. Text has a contrast of at least 4.5:1 with its background.
 */
export const styleSheet = `
:root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1b1f24;--soft:#59616c;--line:#dfe2e6;--hair:#eceef0;
--good:#17683b;--good-bg:#e9f4ed;--warn:#855100;--warn-bg:#fbf2e1;--bad:#a5231d;--bad-bg:#fbeae8;--calm:#2b5783;--calm-bg:#e9f0f7;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#121417;--card:#1a1d21;--ink:#e7e9ec;--soft:#a3abb5;--line:#343a42;--hair:#282d33;
--good:#74d19c;--good-bg:#16281e;--warn:#efba62;--warn-bg:#2d2413;--bad:#ff978d;--bad-bg:#341b19;--calm:#93bff0;--calm-bg:#182635}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
.page{max-width:66rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:clamp(1.65rem,1.2rem + 2vw,2.3rem);font-weight:650;letter-spacing:-.018em}
h2{font-size:1.2rem;font-weight:650;letter-spacing:-.008em}
h3{font-size:.95rem;font-weight:600}
p{margin:.5rem 0 0;max-width:46rem}
a{color:var(--calm)}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--calm);outline-offset:3px;border-radius:4px}
code,.mono{font-family:var(--mono);font-size:.84em;overflow-wrap:anywhere}
.name{overflow-wrap:normal}
.soft{color:var(--soft)}
.small{font-size:.86rem}
.over{margin:0;color:var(--soft);font-size:.86rem}
.hero{display:flex;gap:1.1rem;align-items:flex-start;margin:1.1rem 0 1.6rem}
.hero .sign{flex:none;width:2.9rem;height:2.9rem;border-radius:50%;display:grid;place-items:center}
.hero .sign svg{width:1.5rem;height:1.5rem}
.hero h1{padding-top:.2rem}
.hero .words{font-size:1.06rem;color:var(--soft);margin-top:.45rem}
.good{--tone:var(--good);--tone-bg:var(--good-bg)}.warn{--tone:var(--warn);--tone-bg:var(--warn-bg)}
.bad{--tone:var(--bad);--tone-bg:var(--bad-bg)}.calm{--tone:var(--calm);--tone-bg:var(--calm-bg)}
.sign{background:var(--tone-bg);color:var(--tone)}
.three{display:grid;grid-template-columns:repeat(3,1fr);gap:0;border:1px solid var(--line);border-top:3px solid var(--tone);border-radius:4px 4px 10px 10px;background:var(--card)}
.three>div{padding:1.1rem 1.3rem 1.25rem}
.three>div+div{border-left:1px solid var(--hair)}
.three h2,.label{font-size:.8rem;font-weight:600;color:var(--soft);letter-spacing:0}
.three p{margin-top:.3rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(13.2rem,1fr));gap:1rem 1.5rem;margin:1.6rem 0 0}
.facts div{min-width:0}
.facts dt{font-size:.8rem;font-weight:600;color:var(--soft)}
.facts dd{margin:.1rem 0 0;overflow-wrap:anywhere}
.facts .wide{grid-column:1/-1}
nav{margin:1.8rem 0 0;padding:.75rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem 1.3rem;list-style:none;margin:0;padding:0;font-size:.9rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
section{margin-top:2.9rem;scroll-margin-top:1rem}
.scroll{overflow-x:auto;margin-top:1rem;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;padding:.85rem 1rem .2rem;font-weight:600;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.6rem 1rem;border-top:1px solid var(--hair)}
thead th{border-top:0;color:var(--soft);font-size:.8rem;font-weight:600}
tbody th{font-weight:500}
td.n,th.n{text-align:right;white-space:nowrap}
tr.marked>*{background:var(--tone-bg)}
.status{display:inline-flex;align-items:center;gap:.4rem;white-space:nowrap;color:var(--tone,var(--soft));font-weight:500}
.status svg,.glyph{width:1rem;height:1rem;flex:none}
.sub{display:block;color:var(--soft);font-size:.86rem}
.notes{margin:.9rem 0 0;padding:0;list-style:none;border-left:3px solid var(--tone,var(--line))}
.notes li{padding:.3rem 0 .3rem 1rem;max-width:48rem;overflow-wrap:anywhere}
.path{display:grid;grid-template-columns:minmax(0,25.5rem) minmax(0,1fr);gap:1.8rem;align-items:start;margin-top:1rem}
.path .scroll{margin-top:0}
figure{margin:0}
figure svg{display:block;width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:.9rem 0 0;padding:0;list-style:none;font-size:.84rem}
svg .box{fill:var(--card);stroke:var(--line);stroke-width:1.25}
svg .wire{fill:none;stroke:var(--line);stroke-width:1.5}
svg .walked{stroke:var(--soft)}
svg text{fill:var(--ink);font-family:inherit;font-size:13.5px;font-weight:500}
svg .head{font-size:12px;font-weight:600;fill:var(--soft)}
svg .ink{fill:none;stroke:var(--tone);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
svg .done,.status.done{--tone:var(--good)}svg .undone,.status.undone{--tone:var(--warn)}
svg .failed,.status.failed{--tone:var(--bad)}svg .refused,.status.refused{--tone:var(--calm)}
svg .open,.status.open{--tone:var(--soft)}
svg .failed .box{stroke:var(--bad);stroke-width:2;fill:var(--bad-bg)}
svg .undone .box{stroke:var(--warn);fill:var(--warn-bg)}
svg .done .box{stroke:var(--good)}
svg .refused .box{stroke:var(--calm);stroke-width:2;fill:var(--calm-bg)}
svg .open .box{stroke-dasharray:4 4;fill:none}
svg .open text{fill:var(--soft);font-weight:400}
.timeline{list-style:none;margin:1rem 0 0;padding:0}
.timeline li{display:grid;grid-template-columns:5.2rem 1fr auto;gap:0 1rem;padding:.45rem 0;border-top:1px solid var(--hair)}
.timeline li:first-child{border-top:0}
.timeline time{font-family:var(--mono);font-size:.84rem;color:var(--soft);padding-top:.1rem}
.timeline .after{font-size:.84rem;color:var(--soft);text-align:right}
details{margin-top:1rem;border:1px solid var(--line);border-radius:10px;background:var(--card);padding:.75rem 1rem}
summary{cursor:pointer;font-weight:600;font-size:.92rem}
details .scroll{border:0;border-radius:0;margin-top:.5rem}
details .scroll th,details .scroll td{padding-left:0}
pre{margin:.8rem 0 0;overflow-x:auto;font:12.5px/1.5 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:3.2rem;padding-top:1.1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.86rem}
@media (max-width:56rem){.path{grid-template-columns:minmax(0,1fr)}.path figure{max-width:27rem}}
@media (max-width:44rem){.page{padding:1.5rem 1rem 3rem}.three{grid-template-columns:1fr}.three>div{padding:.95rem 1.1rem 1.05rem}
.three>div+div{border-left:0;border-top:1px solid var(--hair)}.hero{gap:.8rem}.hero .sign{width:2.4rem;height:2.4rem}.hero .sign svg{width:1.25rem;height:1.25rem}
.facts{grid-template-columns:repeat(2,minmax(0,1fr))}section{margin-top:2.4rem}
table{font-size:.88rem}th,td{padding:.5rem .6rem}caption{padding:.75rem .7rem .2rem}
.timeline li{grid-template-columns:4.6rem 1fr}.timeline .after{grid-column:2;text-align:left}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--hair:#ddd;--good:#17683b;--good-bg:#fff;
--warn:#855100;--warn-bg:#fff;--bad:#a5231d;--bad-bg:#fff;--calm:#2b5783;--calm-bg:#fff}
body{font-size:10.5pt}.page{max-width:none;padding:0}nav{display:none}section{margin-top:1.6rem}
tr,li,figure,.three{break-inside:avoid}h2,h3,caption{break-after:avoid}.scroll{overflow:visible}.path{grid-template-columns:16rem minmax(0,1fr)}}
`;
