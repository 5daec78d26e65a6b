# SPDX-License-Identifier: GPL-2.0
#
# For people: `make help`. Kbuild reads the file Kbuild beside this one instead.

MAKEFLAGS += --no-print-directory
.SUFFIXES:

# With KDIR the modules are built on this host, for that kernel; without, everything is provisioned. O= is
# kbuild's: where the kernel was built, if that is not its source.
kdir := $(if $(filter command,$(firstword $(origin O))),$(abspath $(O)),$(KDIR))
# As kbuild's: a folder of other modules. (Some hosts have a NAME in the environment.)
given_here = $(if $(filter command,$(firstword $(origin $1))),$($1))
m := $(call given_here,M)
folder := $(if $(word 2,$(m)),$(m),$(abspath $(m)))
.DEFAULT_GOAL := $(if $(kdir)$(folder),modules,help)

targets := help run shell new bench bench-check bench-trace report torture doc rust-analyzer modules modules_install install uninstall deb patches check check-all check-debug check-upstream doctor provision fmt clean distclean-cache

# A misspelt variable would silently do nothing.
kbuild_variables := KRUSTFLAGS KCFLAGS CLIPPY W V LLVM CC LD HOSTCC RUSTC ONLY INLINE_HELPERS INLINE_CLANG INLINE_LLVM_LINK
install_variables := INSTALL_MOD_PATH INSTALL_MOD_DIR INSTALL_MOD_STRIP
variables := KDIR O MO M NAME DIR MODULES TEST TEMPLATE $(kbuild_variables) $(install_variables) KERNEL FLAVOUR KERNEL_ARCH RUNNER SMP APPEND GDB DEBUG STAGES OPS OP UPDATE DURATION SEED MIX BASE SIGNED_OFF_BY
given := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(v)))),$(v)))
unknown := $(filter-out $(variables) CROSSCALL CROSSCALL_% MAKE%,$(given))
$(if $(unknown),$(error unknown variable $(unknown): known are $(variables) CROSSCALL_CACHE CROSSCALL_MIRROR; see make help))
$(if $(filter-out stock rt,$(FLAVOUR)),$(error FLAVOUR=$(FLAVOUR): use stock or rt))
$(if $(filter-out amd64 arm64,$(KERNEL_ARCH)),$(error KERNEL_ARCH=$(KERNEL_ARCH): use amd64 or arm64))
$(if $(filter-out auto fast vng,$(RUNNER)),$(error RUNNER=$(RUNNER): use auto, fast or vng))
other_than_folder := $(if $(folder),$(filter-out modules rust-analyzer fmt clean,$(MAKECMDGOALS)))
$(if $(other_than_folder),$(error M= is for the targets modules, rust-analyzer, fmt and clean, not for $(other_than_folder): to load modules, use MODULES=))
ifneq ($(kdir),)
needs_guest := $(filter run shell bench bench-check bench-trace report torture doc patches check check-all check-debug check-upstream provision,$(MAKECMDGOALS))
$(if $(needs_guest),$(error KDIR= builds modules only; $(needs_guest) uses provisioned kernels: leave KDIR out))
endif

# Debian's kernel for arm64 is one of the kernels, without flavours.
arm64 := $(filter arm64,$(KERNEL_ARCH))
only_amd64 := $(if $(arm64),$(or $(if $(FLAVOUR),FLAVOUR=),$(if $(kdir),KDIR=),$(filter bench bench-check bench-trace report doc rust-analyzer check-all check-debug,$(MAKECMDGOALS))))
$(if $(only_amd64),$(error KERNEL_ARCH=arm64 is not for $(only_amd64)))
kernel := $(or $(arm64),$(FLAVOUR),stock)
quoted = '$(subst ','\'',$1)'
# What kbuild is to know: what the user has set. make has a CC of its own, and others of them.
by_user = $(filter command environment,$(firstword $(origin $1)))
settings = $(foreach v,$1,$(if $(call by_user,$v),$(if $($v),$v=$(call quoted,$($v)))))
# Not all of what is on our command line is meant for kbuild.
MAKEOVERRIDES :=

export KERNEL KERNEL_ARCH RUNNER SMP APPEND GDB OPS OP UPDATE DURATION SEED MIX
export MODULES := $(call given_here,MODULES)
export TEST := $(call given_here,TEST)
export BASE := $(call given_here,BASE)
export SIGNED_OFF_BY := $(call given_here,SIGNED_OFF_BY)
# Spelt so only on the command line, but the scripts read the environment.
export CROSSCALL_CACHE CROSSCALL_MIRROR CROSSCALL_SUITE CROSSCALL_EXTRA_SUITES CROSSCALL_DEBUG_SERIES

.PHONY: $(targets)

help:
	@cat scripts/help.txt

ifneq ($(kdir),)
output := $(if $(MO),$(abspath $(MO)),$(CURDIR)/out)
kbuild = $(MAKE) -C $(call quoted,$(kdir)) M=$(call quoted,$(CURDIR)) MO=$(call quoted,$(output)) \
	$(call settings,$(kbuild_variables))
client = $(MAKE) -C $(call quoted,$(kdir)) M=$(call quoted,$(folder)) CROSSCALL=$(call quoted,$(CURDIR)) \
	CROSSCALL_OUT=$(call quoted,$(output)) KBUILD_EXTRA_SYMBOLS=$(call quoted,$(output)/Module.symvers) \
	$(call settings,$(filter-out ONLY,$(kbuild_variables)))

modules:
	@scripts/check-paths $(call quoted,$(CURDIR)) $(call quoted,$(kdir)) $(call quoted,$(or $(MO),$(CURDIR)/out))
	@scripts/doctor --brief $(call quoted,$(kdir)) $(call settings,$(kbuild_variables))
	$(kbuild) modules
	@echo "built: $(output)/rust/crosscall.ko and its clients; load crosscall.ko first"
ifneq ($(folder),)
	@scripts/check-paths $(call quoted,$(folder)) $(call quoted,$(kdir)) $(call quoted,$(folder))
	$(client) modules
endif

modules_install:
	@test -s $(call quoted,$(output)/modules.order) || { echo "$(output) has no modules: run make KDIR=... first" >&2; exit 1; }
	$(kbuild) $(call settings,$(install_variables)) modules_install

install:
	@$(call settings,$(install_variables)) scripts/install $(call quoted,$(kdir)) $(call quoted,$(output))

uninstall:
	@$(call settings,$(install_variables)) scripts/install --remove $(call quoted,$(kdir)) $(call quoted,$(output))

# The kernel's make writes it where it puts its products.
project := $(or $(folder),$(CURDIR))/rust-project.json
written := $(or $(folder),$(output))/rust-project.json
rust-analyzer:
	@mkdir -p $(call quoted,$(dir $(written)))
	$(if $(folder),$(client),$(kbuild)) rust-analyzer
	@scripts/tree/rust-project $(call quoted,$(CURDIR)) <$(call quoted,$(written)) >$(call quoted,$(written).new)
	@mv $(call quoted,$(written).new) $(call quoted,$(project))
	@echo $(call quoted,$(project))
else
ifneq ($(folder),)
modules:
	@scripts/build-client $(call quoted,$(folder)) check
	@scripts/provision $(kernel)
	@scripts/build-client --kernel $(kernel) $(call quoted,$(folder)) modules $(call settings,$(filter-out ONLY,$(kbuild_variables)))
else
modules: provision
	@scripts/build --kernel $(kernel) $(call settings,$(kbuild_variables))
endif

modules_install install uninstall:
	@echo "$@ needs KDIR= or O=: provisioned kernels run in guests, which get their modules from make run" >&2; exit 1

rust-analyzer:
	@scripts/provision stock
	@scripts/rust-analyzer $(if $(folder),$(call quoted,$(folder)))
endif

deb:
	@scripts/deb

new:
	@scripts/new $(call quoted,$(call given_here,NAME)) $(call quoted,$(call given_here,DIR)) $(call quoted,$(call given_here,TEMPLATE))

run:
	@scripts/run --is-possible
	@scripts/provision $(kernel)
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

report:
	@scripts/report --is-possible
	@scripts/provision $(kernel)
	@scripts/report --kernel $(kernel)

torture: provision
	@scripts/torture --kernel $(kernel)

doc:
	@scripts/provision stock
	@scripts/doc

patches:
	@scripts/patches --is-possible
	@scripts/provision stock
	@scripts/patches

stages = $(or $(STAGES),$(if $(arm64),boots:arm64:quick,static model litmus compile_fail boots:stock:quick))
of_series := upstream:all boots:upstream boots:upstream-rt boots:upstream-up boots:upstream-clang boots:upstream-arm64 \
	boots:upstream-riscv64 upstream:arm upstream:rustc seeded:upstream
# All that a change must pass, and the kernels that take too long for .ci/run.
check-all: stages = $(or $(STAGES),static model mutants litmus patches compile_fail boots:stock boots:stock:long bench targets \
	report deb deb_fresh boots:rt boots:rt:long seeded:stock seeded:stock:torture seeded:rt seeded:rt:torture \
	boots:lockdep boots:lockdep:long seeded:lockdep seeded:lockdep:torture boots:irqfix boots:builtin \
	boots:arm64 boots:arm64:long boots:kasan seeded:kasan boots:kcsan seeded:kcsan \
	$(of_series) boots:upstream-riscv64:quick)
# The same tests on kernels with lockdep, and other debug options.
check-debug: debug = $(or $(DEBUG),lockdep)
check-debug: stages = $(addprefix boots:,$(debug)) $(addprefix seeded:,$(filter lockdep,$(debug)))

# The patch series: each commit of it, and the kernels that have all of it.
check-upstream: stages = $(or $(STAGES),$(of_series))

check check-all check-debug check-upstream:
	@scripts/check --known $(stages)
	@scripts/provision $(kernel)
	@scripts/check $(stages)

doctor:
	@scripts/doctor $(if $(kdir),$(call quoted,$(kdir)) $(call settings,$(kbuild_variables)))

provision:
	@scripts/provision $(kernel)

fmt: provision
	@scripts/format $(call quoted,$(folder))

clean:
ifeq ($(folder),)
	@scripts/clean
else ifneq ($(kdir),)
	$(client) clean
else
	@scripts/build-client --kernel $(kernel) $(call quoted,$(folder)) clean
endif

distclean-cache:
	@scripts/clean --cache
