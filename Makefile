# SPDX-License-Identifier: GPL-2.0
#
# For people: `make help`. Kbuild reads the file Kbuild beside this one instead.

MAKEFLAGS += --no-print-directory
.SUFFIXES:

# With KDIR the modules are built on this host, for that kernel; without, everything is provisioned.
.DEFAULT_GOAL := $(if $(KDIR),modules,help)

targets := help run shell modules check check-debug doctor provision fmt clean distclean-cache

# A misspelt variable would silently do nothing.
variables := KDIR KERNEL FLAVOUR RUNNER SMP APPEND KRUSTFLAGS KCFLAGS CLIPPY W LLVM CC RUSTC DEBUG STAGES
given := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(v)))),$(v)))
unknown := $(filter-out $(variables) CROSSCALL_% MAKE%,$(given))
$(if $(unknown),$(error unknown variable $(unknown): known are $(variables) CROSSCALL_CACHE CROSSCALL_MIRROR; see make help))
$(if $(filter-out stock rt,$(FLAVOUR)),$(error FLAVOUR=$(FLAVOUR): use stock or rt))
$(if $(filter-out auto fast vng,$(RUNNER)),$(error RUNNER=$(RUNNER): use auto, fast or vng))
ifdef KDIR
needs_guest := $(filter run shell check check-debug provision,$(MAKECMDGOALS))
$(if $(needs_guest),$(error KDIR= builds modules only; $(needs_guest) uses provisioned kernels: leave KDIR out))
endif

kernel := $(or $(FLAVOUR),stock)
# What kbuild is to know.
kbuild_variables := $(foreach v,KRUSTFLAGS KCFLAGS CLIPPY W LLVM CC RUSTC,$(if $($(v)),$(v)="$($(v))"))

export KERNEL RUNNER SMP APPEND
# Spelt so only on the command line, but the scripts read the environment.
export CROSSCALL_CACHE CROSSCALL_MIRROR CROSSCALL_SUITE CROSSCALL_EXTRA_SUITES CROSSCALL_DEBUG_SERIES

.PHONY: $(targets)

help:
	@cat scripts/help.txt

ifdef KDIR
modules:
	@scripts/doctor --brief "$(KDIR)"
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" MO="$(CURDIR)/out" $(kbuild_variables) modules
	@echo "built: out/rust/crosscall.ko and its clients; first insmod crosscall.ko"
else
modules: provision
	@scripts/build --kernel $(kernel) $(kbuild_variables)
endif

run: provision
	@scripts/run --kernel $(kernel)

shell: provision
	@scripts/run --kernel $(kernel) --shell

check: provision
	@scripts/check $(or $(STAGES),static model compile_fail boots:stock boots:rt seeded:stock seeded:rt)

# The same tests on kernels with lockdep, and with KASAN.
check-debug: provision
	@scripts/check $(addprefix boots:,$(or $(DEBUG),lockdep kasan)) seeded:lockdep

doctor:
	@scripts/doctor $(if $(KDIR),"$(KDIR)")

provision:
	@scripts/provision $(kernel)

fmt: provision
	@scripts/format

clean:
	@scripts/clean

distclean-cache:
	@scripts/clean --cache
