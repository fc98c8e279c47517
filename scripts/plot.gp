# SPDX-License-Identifier: Apache-2.0
# p95 response time with its 95 % confidence interval against a factor, drawn by gnuplot:
#
#   gnuplot -e "result='results/first.h5'" scripts/plot.gp          draws results/first-gnuplot.png
#
# gnuplot reads no HDF5: `psnsim show --csv` makes columns, which carry their names. To choose, add to -e:
# factor='demand'; service='case-work'; psnsim='build/release/psnsim'; and where several factors vary, the rows to keep
# as a regular expression: keep='shared,.*,1000000000,'.
if (!exists("psnsim"))  psnsim = "build/release/psnsim"
if (!exists("keep"))    keep = ""
csv = sprintf("'%s' show '%s' --csv", psnsim, result)
names(column) = system(csv . " | awk -F, -v want=" . column . " 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i} $at[\"figure\"] == \"response p95\" && !seen[$at[want]]++ {print $at[want]}'")
if (!exists("factor"))  factor = system(csv . " | awk -F, 'NR == 1 {print $2}'")
if (!exists("service")) service = word(names("subject"), 1)
rows(partner) = sprintf("< %s | grep -e '^point,' -e 'response p95,%s,%s,' | grep -e '^point,' -e '%s'", csv, service, partner, keep)

set terminal pngcairo size 900,560 font "sans,11"
set output (result[strlen(result)-2:] eq ".h5" ? result[:strlen(result)-3] : result) . "-gnuplot.png"
set datafile separator comma
set title sprintf("%s: 95 %% of requests are answered within this time\n%s", service, system(sprintf("'%s' show '%s' | awk 'NR == 1'", psnsim, result))) noenhanced
set xlabel factor noenhanced
set ylabel "seconds"
set yrange [0:*]
set offsets graph 0.05, graph 0.05, 0, 0
set key top left noenhanced
set grid y linecolor "#dddddd"
set border 3
set tics nomirror
set linetype 1 linecolor "#0072B2" linewidth 2 pointtype 7 dashtype 1
set linetype 2 linecolor "#D55E00" linewidth 2 pointtype 5 dashtype 2
set linetype 3 linecolor "#009E73" linewidth 2 pointtype 9 dashtype 3
plot for [partner in names("partner")] rows(partner) using factor:"value":"half_width" with yerrorlines title partner
