// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be unpinned
//! A callback that got a plain `&mut` to its object could move the csd away
//! with `mem::swap()`.
//! pass: It gets what is behind the pin, field by field.

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
    type Output = ();

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) {
        this.get_mut().samples += 1; //[fail]
        *this.project().samples += 1; //[pass]
    }
}
