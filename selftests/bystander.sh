#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# crosscall has a client for each module that depends on another one, and frees what is left of them when it goes. (That
# it does is seen by kmemleak, in the boot "leaks".)
. "$(dirname "$0")/lib.sh"

load crosscall
load shelf
load bystander
ktap_set_plan 3
check crosscall_goes unload crosscall
check bystander_goes unload bystander
check crosscall_comes_back load crosscall
finish
