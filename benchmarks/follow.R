# What R's survival does of benchmarks/follow.py: curves of each exit, a test, Cox; from one row per person on.
#   Rscript follow.R PERSONS.csv ANSWER.json
# PERSONS.csv: months, exit (0 for none, 1 for the outcome), inside, woman, age.
suppressMessages(library(survival))
given <- commandArgs(trailingOnly = TRUE)
persons <- read.csv(given[1])
# The first level is no exit, even when everybody had one.
persons$exits <- factor(persons$exit, levels = 0:max(persons$exit))
inside <- persons[persons$inside == 1, ]
waves <- c(3, 6, 12, 24)
answer <- list()
start <- proc.time()
groups <- list(
  "share" = inside,
  "outside" = persons[persons$inside == 0, ],
  "share of women" = inside[inside$woman == 1, ],
  "men" = inside[inside$woman == 0, ]
)
for (name in names(groups)) {
  curve <- survfit(Surv(months, exits) ~ 1, groups[[name]])
  share <- summary(curve, times = waves)$pstate[, which(curve$states == "1")]
  for (each in seq_along(waves)) answer[[paste(name, waves[each])]] <- share[each]
  survfit(Surv(months, exit > 0) ~ 1, groups[[name]])
}
invisible(survdiff(Surv(months, exit == 1) ~ woman, inside))
answer[["cox age"]] <- exp(coef(coxph(Surv(months, exit == 1) ~ woman + age, inside))[["age"]])
used <- proc.time() - start
answer[["fits"]] <- used[["user.self"]] + used[["sys.self"]]
cat(sprintf("{%s}", paste(sprintf('"%s": %.15g', names(answer), unlist(answer)), collapse = ", ")), file = given[2])
