// SPDX-License-Identifier: GPL-2.0
//! expect: E0609
//! expect-text: no field `csd` on type `Sampler`
//! The csd of another object, which this one derefs to, is not at the offset
//! that the macro computes.
//! pass: The field is the object's own.

include!("common/names.rs");

use core::ops::Deref;

#[pin_data]
pub struct Inner<T: CsdCallback> {
    #[pin]
    csd: Csd<T>,
}

#[pin_data]
pub struct Sampler {
    #[pin]
    inner: Inner<Self>,
    #[pin] //[pass]
    csd: Csd<Self>, //[pass]
}

impl Deref for Sampler {
    type Target = Inner<Self>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
