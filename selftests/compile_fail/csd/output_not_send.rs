// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! The result of an object's callback, too, is made on one CPU and used on
//! another.
//! pass: What is `Send` may be a result.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = Option<*mut u32>; //[fail]
    type Output = Option<&'static u32>; //[pass]

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        None
    }
}
