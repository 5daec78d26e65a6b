// SPDX-License-Identifier: GPL-2.0

impl CsdCallback for Sampler {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}
