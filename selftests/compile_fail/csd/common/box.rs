// SPDX-License-Identifier: GPL-2.0

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
