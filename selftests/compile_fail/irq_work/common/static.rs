// SPDX-License-Identifier: GPL-2.0

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}
