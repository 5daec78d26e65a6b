// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//! The callback uses a boxed object on another CPU: it must be `Send`.
//! pass: An object of fields that are `Send` is `Send`.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: *mut u32, //[fail]
    pub samples: &'static u32, //[pass]
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
