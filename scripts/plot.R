#!/usr/bin/env Rscript
# SPDX-License-Identifier: Apache-2.0
# p95 response time with its 95 % confidence intervals against a factor, drawn by R with its package ncdf4:
#
#   Rscript scripts/plot.R results/first.h5 [FACTOR [SERVICE]]      draws results/first-r.png
#
# A result is a netCDF-4 file; R has the first dimension last, so /summary/value is [measure, point].
suppressMessages(library(ncdf4))
arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) < 1) stop("usage: Rscript plot.R RESULT.h5 [FACTOR [SERVICE]]")
invisible(capture.output(file <- nc_open(arguments[1])))  # it tells of 64-bit integers, which it reads as doubles
get <- function(name) ncvar_get(file, name, collapse_degen = FALSE)
p95 <- get("summary/figure") == "response p95"
service <- if (length(arguments) > 2) arguments[3] else get("summary/subject")[p95][1]
shown <- which(p95 & get("summary/subject") == service)
factors <- get("design/column")
factor <- if (length(arguments) > 1) arguments[2] else factors[1]
x <- as.numeric(get(paste0("summary/", factor)))
unit <- ncatt_get(file, paste0("summary/", factor), "units")$value
label <- get("design/label")                              # [factor, point]
line <- apply(label[factors != factor, , drop = FALSE], 2, paste, collapse = ", ")
lines <- unique(line)
value <- get("summary/value")[shown, , drop = FALSE]
half <- get("summary/half_width")[shown, , drop = FALSE]

png(sub("(\\.h5)?$", "-r.png", arguments[1]), 300 + 340 * length(shown), 560, type = "cairo", res = 110)
par(mfrow = c(1, length(shown)), las = 1, bty = "l", oma = c(0, 0, 3, 0))
colours <- rep(c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"), length.out = length(lines))
for (i in seq_along(shown)) {
  plot(range(x), range(0, value + half, na.rm = TRUE), type = "n", xaxt = "n", main = get("summary/partner")[shown[i]],
       xlab = if (unit == "1") factor else paste0(factor, ", ", unit), ylab = "seconds")
  axis(1, unique(x))
  for (k in seq_along(lines)) {
    p <- which(line == lines[k])
    points(x[p], value[i, p], type = "b", col = colours[k], pch = 14 + k, lty = k, lwd = 2)
    segments(x[p], value[i, p] - half[i, p], x[p], value[i, p] + half[i, p], col = colours[k])
  }
  if (i == 1 && length(lines) > 1)
    legend("topleft", lines, col = colours, pch = 14 + seq_along(lines), lty = seq_along(lines), lwd = 2, bty = "n")
}
mtext(paste0(service, ": 95 % of requests are answered within this time\n", ncatt_get(file, 0, "title")$value),
      outer = TRUE, font = 2)
invisible(dev.off())
