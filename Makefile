# SPDX-License-Identifier: GPL-2.0
#
# For people: `make help`. Kbuild reads the file Kbuild beside this one instead.

MAKEFLAGS += --no-print-directory
.SUFFIXES:

# With KDIR the modules are built on this host, for that kernel; without, everything is provisioned. O= is
# kbuild's: where the kernel was built, if that is not its source.
kdir := $(if $(filter command,$(firstword $(origin O))),$(abspath $(O)),$(KDIR))
.DEFAULT_GOAL := $(if $(kdir),modules,help)

targets := help run shell bench bench-check bench-trace modules modules_install check check-all check-debug doctor provision fmt clean distclean-cache

# A misspelt variable would silently do nothing.
kbuild_variables := KRUSTFLAGS KCFLAGS CLIPPY W V LLVM CC LD HOSTCC RUSTC ONLY
install_variables := INSTALL_MOD_PATH INSTALL_MOD_DIR INSTALL_MOD_STRIP
variables := KDIR O MO $(kbuild_variables) $(install_variables) KERNEL FLAVOUR RUNNER SMP APPEND DEBUG STAGES OPS OP UPDATE
given := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(v)))),$(v)))
unknown := $(filter-out $(variables) CROSSCALL_% MAKE%,$(given))
$(if $(unknown),$(error unknown variable $(unknown): known are $(variables) CROSSCALL_CACHE CROSSCALL_MIRROR; see make help))
$(if $(filter-out stock rt,$(FLAVOUR)),$(error FLAVOUR=$(FLAVOUR): use stock or rt))
$(if $(filter-out auto fast vng,$(RUNNER)),$(error RUNNER=$(RUNNER): use auto, fast or vng))
ifneq ($(kdir),)
needs_guest := $(filter run shell bench bench-check bench-trace check check-all check-debug provision,$(MAKECMDGOALS))
$(if $(needs_guest),$(error KDIR= builds modules only; $(needs_guest) uses provisioned kernels: leave KDIR out))
endif

kernel := $(or $(FLAVOUR),stock)
quoted = '$(subst ','\'',$1)'
# What kbuild is to know: what the user has set. make has a CC of its own, and others of them.
by_user = $(filter command environment,$(firstword $(origin $1)))
settings = $(foreach v,$1,$(if $(call by_user,$v),$(if $($v),$v=$(call quoted,$($v)))))
# Not all of what is on our command line is meant for kbuild.
MAKEOVERRIDES :=

export KERNEL RUNNER SMP APPEND OPS OP UPDATE
# Spelt so only on the command line, but the scripts read the environment.
export CROSSCALL_CACHE CROSSCALL_MIRROR CROSSCALL_SUITE CROSSCALL_EXTRA_SUITES CROSSCALL_DEBUG_SERIES

.PHONY: $(targets)

help:
	@cat scripts/help.txt

ifneq ($(kdir),)
output := $(if $(MO),$(abspath $(MO)),$(CURDIR)/out)
kbuild = $(MAKE) -C $(call quoted,$(kdir)) M=$(call quoted,$(CURDIR)) MO=$(call quoted,$(output)) \
	$(call settings,$(kbuild_variables))

modules:
	@scripts/check-paths $(call quoted,$(CURDIR)) $(call quoted,$(kdir)) $(call quoted,$(or $(MO),$(CURDIR)/out))
	@scripts/doctor --brief $(call quoted,$(kdir)) $(call settings,$(kbuild_variables))
	$(kbuild) modules
	@echo "built: $(output)/rust/crosscall.ko and its clients; load crosscall.ko first"

modules_install:
	@test -s $(call quoted,$(output)/modules.order) || { echo "$(output) has no modules: run make KDIR=... first" >&2; exit 1; }
	$(kbuild) $(call settings,$(install_variables)) modules_install
else
modules: provision
	@scripts/build --kernel $(kernel) $(call settings,$(kbuild_variables))

modules_install:
	@echo "modules_install needs KDIR= or O=: provisioned kernels run in guests, which get their modules from make run" >&2; exit 1
endif

run: provision
	@scripts/run --kernel $(kernel)

shell:
	@scripts/run --is-possible --shell
	@scripts/provision $(kernel)
	@scripts/run --kernel $(kernel) --shell

bench:
	@scripts/bench --is-possible
	@scripts/provision $(kernel)
	@scripts/bench --kernel $(kernel)

bench-check:
	@scripts/check-bench --is-possible
	@scripts/provision stock
	@scripts/check-bench

bench-trace:
	@scripts/bench-trace --is-possible
	@scripts/provision $(kernel)
	@scripts/bench-trace --kernel $(kernel)

stages = $(or $(STAGES),static model litmus compile_fail boots:stock:quick)
# All that a change must pass, and the kernels that take too long for .ci/run.
check-all: stages = $(or $(STAGES),static model litmus patches compile_fail boots:stock bench targets boots:rt seeded:stock seeded:rt \
	boots:lockdep seeded:lockdep boots:irqfix boots:builtin boots:kasan boots:kcsan)
# The same tests on kernels with lockdep, and other debug options.
check-debug: debug = $(or $(DEBUG),lockdep)
check-debug: stages = $(addprefix boots:,$(debug)) $(addprefix seeded:,$(filter lockdep,$(debug)))

check check-all check-debug:
	@scripts/check --known $(stages)
	@scripts/provision $(kernel)
	@scripts/check $(stages)

doctor:
	@scripts/doctor $(if $(kdir),$(call quoted,$(kdir)) $(call settings,$(kbuild_variables)))

provision:
	@scripts/provision $(kernel)

fmt: provision
	@scripts/format

clean:
	@scripts/clean

distclean-cache:
	@scripts/clean --cache
