// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! A result that refers to the object would be changed by the next run under
//! the eyes of the waiter.
//! pass: A copy is the waiter's.

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
    type Output = &'static u32; //[fail]
    type Output = u32; //[pass]

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        this.project().samples //[fail]
        *this.project().samples //[pass]
    }
}
