// SPDX-License-Identifier: GPL-2.0

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
