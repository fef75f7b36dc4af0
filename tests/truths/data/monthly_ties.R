# What R finds on monthly_ties.csv: Rscript monthly_ties.R > monthly_ties.json
suppressMessages({library(survival); library(cmprsk)})
d <- read.csv("monthly_ties.csv")
moments <- c(3, 6, 12, 24)
shown <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ", "), "]")
field <- function(name, x) cat(sprintf('  "%s": %s,\n', name, shown(x)))
cat("{\n")
cat(sprintf('  "source": "R %s.%s, survival %s, cmprsk %s",\n', R.version$major, R.version$minor,
            packageVersion("survival"), packageVersion("cmprsk")))
alone <- summary(survfit(Surv(months, exit > 0) ~ 1, d, conf.type = "log-log"), times = moments)
field("kaplan_meier", alone$surv)
field("kaplan_meier_error", alone$std.err)
field("kaplan_meier_low", alone$lower)
field("kaplan_meier_high", alone$upper)
mean24 <- summary(survfit(Surv(months, exit > 0) ~ 1, d), rmean = 24)$table
field("restricted_mean_24", mean24[c("rmean", "se(rmean)")])
both <- cuminc(d$months, d$exit, cencode = 0)
for (cause in 1:2) {
  at <- timepoints(both, moments)
  field(sprintf("incidence_%d", cause), at$est[cause, ])
  field(sprintf("incidence_variance_%d", cause), at$var[cause, ])
}
for (rho in 0:1) {
  field(sprintf("log_rank_%d", rho), survdiff(Surv(months, exit > 0) ~ group, d, rho = rho)$chisq)
}
gray <- cuminc(d$months, d$exit, d$group, cencode = 0)$Tests
for (cause in 1:2) field(sprintf("gray_%d", cause), gray[cause, c("stat", "pv", "df")])
d$second <- as.numeric(d$group == 1)
d$third <- as.numeric(d$group == 2)
cox <- coxph(Surv(months, exit == 1) ~ age + second + third, d, ties = "efron")
field("cox", coef(cox))
field("cox_error", sqrt(diag(vcov(cox))))
field("cox_log_likelihood", cox$loglik)
shared <- coxph(Surv(months, exit == 1) ~ age + second + third, d, ties = "efron", cluster = agency)
field("cox_error_by_agency", sqrt(diag(vcov(shared))))
breslow <- coxph(Surv(months, exit == 1) ~ age + second + third, d, ties = "breslow")
field("cox_breslow", coef(breslow))
field("cox_breslow_error", sqrt(diag(vcov(breslow))))
part <- crr(d$months, d$exit, d[, c("age", "second", "third")], failcode = 1, cencode = 0, gtol = 1e-10)
field("fine_gray", part$coef)
field("fine_gray_error", sqrt(diag(part$var)))
cat(sprintf('  "moments": %s\n}\n', shown(moments)))
