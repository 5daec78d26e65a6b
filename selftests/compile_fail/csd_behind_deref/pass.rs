// SPDX-License-Identifier: GPL-2.0

//! The field is the object's own.

use core::ops::Deref;
use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback, //
    },
    impl_has_csd, //
};
use kernel::prelude::*;

#[pin_data]
pub struct Inner<T: CsdCallback> {
    #[pin]
    csd: Csd<T>,
}

#[pin_data]
pub struct Sampler {
    #[pin]
    inner: Inner<Self>,
    #[pin]
    csd: Csd<Self>,
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
