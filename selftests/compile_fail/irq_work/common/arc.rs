// SPDX-License-Identifier: GPL-2.0

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
