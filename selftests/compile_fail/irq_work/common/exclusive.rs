// SPDX-License-Identifier: GPL-2.0

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
