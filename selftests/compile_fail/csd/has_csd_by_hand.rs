// SPDX-License-Identifier: GPL-2.0
//! expect: E0200
//! A wrong `HasCsd` makes the crate write to arbitrary memory: implementing it
//! is unsafe.
//! pass: Unsafe code says why it is right.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
}

impl HasCsd for Sampler { //[fail]
// SAFETY: Both functions concern `csd`. //[pass]
unsafe impl HasCsd for Sampler { //[pass]
    unsafe fn raw_get_csd(this: *const Self) -> *const Csd<Self> {
        // SAFETY: `this` points to an object.
        unsafe { &raw const (*this).csd }
    }

    unsafe fn csd_container_of(csd: *mut Csd<Self>) -> *mut Self {
        // SAFETY: `csd` points to the field of an object.
        unsafe { kernel::container_of!(csd, Self, csd) }
    }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
