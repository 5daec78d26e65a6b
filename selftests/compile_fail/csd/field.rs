// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# not_declared: E0277
//! expect-text: `Sampler` has not declared which of its fields is its csd
//! expect-text: `impl_has_csd! { impl HasCsd for Sampler { self.csd } }`
//! An object that has a csd says which of its fields it is.
//! pass: It is `csd`.
#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
}

impl_has_csd! { //[pass]
    impl HasCsd for Sampler { self.csd } //[pass]
} //[pass]

include!("common/box.rs");

//# not_pinned: E0277
//! A csd and its place in the registry must not move: a field that is not
//! marked as pinned cannot be initialised.
//! pass: One that is marked can.
#[pin_data]
pub struct Sampler {
    #[pin] //[pass]
    csd: Csd<Self>,
}

impl Sampler {
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self { csd <- Csd::new() })
    }
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

include!("common/box.rs");

//# has_csd_by_hand: E0200
//! A wrong `HasCsd` makes the crate write to arbitrary memory: implementing it
//! is unsafe.
//! pass: Unsafe code says why it is right.
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

include!("common/box.rs");

//# has_csd_of_other_object: E0308
//! A csd for objects of another type would run their callback on this one.
//! pass: The csd is for the object that it is in.
include!("common/sampler.rs");
include!("common/box.rs");

#[pin_data]
pub struct Other {
    #[pin]
    csd: Csd<Sampler>, //[fail]
    csd: Csd<Self>, //[pass]
}

impl_has_csd! {
    impl HasCsd for Other { self.csd }
}

impl CsdCallback for Other {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

//# has_csd_smuggled_impl: E0277 uncoded
//! What stands for generics cannot be more than that: this would be `unsafe
//! impl Send for NotMine`, without a word of `unsafe` in the client.
//! pass: There are none.
pub struct NotMine(pub *mut u8);

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
}

impl_has_csd! {
    impl{> Send for NotMine {} #[cfg(any())] impl<T} HasCsd for Sampler { self.csd } //[fail]
    impl{} HasCsd for Sampler { self.csd } //[pass]
}

include!("common/box.rs");

//# has_csd_wrong_field: E0308
//! A field that is no csd would be overwritten as one.
//! pass: The field that the macro names is the csd.
#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.samples } //[fail]
    impl HasCsd for Sampler { self.csd } //[pass]
}

include!("common/box.rs");

//# behind_deref: E0609
//! expect-text: no field `csd` on type `Sampler`
//! The csd of another object, which this one derefs to, is not at the offset
//! that the macro computes.
//! pass: The field is the object's own.
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

include!("common/box.rs");
