// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# not_declared: E0277
//! expect-text: `Doorbell` has not declared which of its fields is its irq_work
//! expect-text: `impl_has_irq_work! { impl HasIrqWork for Doorbell { self.work } }`
//! An object that has an irq_work says which of its fields it is.
//! pass: It is `work`.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! { //[pass]
    impl HasIrqWork for Doorbell { self.work } //[pass]
} //[pass]

include!("../common/arc.rs");

//# not_pinned: E0277
//! A C irq_work and its place in the registry must not move: a field that is
//! not marked as pinned cannot be initialised.
//! pass: One that is marked can.
#[pin_data]
pub struct Doorbell {
    #[pin] //[pass]
    work: IrqWork<Self>,
}

impl Doorbell {
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self { work <- IrqWork::new() })
    }
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# object_packed: E0588
//! C writes to an irq_work with aligned accesses, and the crate makes
//! references to it.
//! pass: It has its place.
#[repr(C, packed)] //[fail]
#[repr(C)] //[pass]
pub struct Doorbell {
    pub flag: u8,
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/static.rs");

//# object_packed_by_type: E0080
//! expect-text: cannot be packed
//! rustc takes no notice of a packed field whose type is another type's.
//! pass: It has its place.
pub trait Field: Sized + 'static {
    type Is;
}

#[repr(C, packed)] //[fail]
#[repr(C)] //[pass]
pub struct Doorbell<F: Field> {
    pub flag: u8,
    work: F::Is,
    _field: PhantomData<F>,
}

pub struct Work;

impl Field for Work {
    type Is = IrqWork<Doorbell<Work>>;
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell<Work> { self.work }
}

impl IrqWorkCallback for Doorbell<Work> {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

static DOORBELL: Doorbell<Work> = Doorbell {
    flag: 0,
    work: IrqWork::new_static(),
    _field: PhantomData,
};

pub fn ring() -> kernel::error::Result<bool> {
    Handle::from(&DOORBELL).queue()
}

//# object_unpin: E0119
//! expect-text: conflicting implementations of trait `Unpin`
//! An object must not say that it may be moved, since its irq_work may not.
//! pass: Whether it may is derived from its fields.
include!("../common/doorbell.rs");
include!("../common/exclusive.rs");

impl Unpin for Doorbell {} //[fail]

//# object_drop: E0119
//! An ordinary destructor gets a mutable reference without a pin, by which it
//! could move the irq_work.
//! pass: A pinned one does not.
#[pin_data] //[fail]
#[pin_data(PinnedDrop)] //[pass]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl Drop for Doorbell { //[fail]
    fn drop(&mut self) {} //[fail]
#[pinned_drop] //[pass]
impl PinnedDrop for Doorbell { //[pass]
    fn drop(self: Pin<&mut Self>) {} //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# raw_projected: E0616
//! Nor does a pin give it away.
//! pass: It gives what the client has.
include!("../common/rung.rs");
include!("../common/exclusive.rs");

pub fn raw(idle: &mut Idle<Doorbell>) {
    _ = idle.as_mut().project().work.project().raw; //[fail]
    _ = idle.as_mut().project().rung; //[pass]
}

//# zeroed: E0277
//! An irq_work of zero bytes has no function to call.
//! pass: Fields that may be zero can be.
#[derive(Zeroable)] //[fail]
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Doorbell>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# work_by_hand: E0451
//! An irq_work that was made by hand, of the parts of another one, would be
//! queued twice.
//! pass: A work that was never queued may move.
pub fn copy(work: IrqWork<Doorbell>) -> IrqWork<Doorbell> {
    IrqWork { ..work } //[fail]
    work //[pass]
}

include!("../common/doorbell.rs");
include!("../common/arc.rs");

//# new_static_of_arc: E0271
//! An irq_work that is a value can be in a field that is not pinned, or be
//! written over another one. Only an object that is never mutable once it can
//! be queued may have it.
//! pass: Others are initialised in place.
impl Doorbell {
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self { //[fail]
            work: IrqWork::new_static() //[fail]
        }) //[fail]
        pin_init!(Self { work <- IrqWork::new() }) //[pass]
    }
}

include!("../common/doorbell.rs");
include!("../common/arc.rs");

//# new_static_of_box: E0271
//! An irq_work that is a value can be in a field that is not pinned, or be
//! written over another one. Only an object that is never mutable once it can
//! be queued may have it.
//! pass: Others are initialised in place.
impl Doorbell {
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self { //[fail]
            work: IrqWork::new_static() //[fail]
        }) //[fail]
        pin_init!(Self { work <- IrqWork::new() }) //[pass]
    }
}

include!("../common/doorbell.rs");
include!("../common/box.rs");

//# new_static_written_over: E0271
//! An irq_work that C may have in a list must not be written over.
//! pass: It stays as it was initialised.
include!("../common/doorbell.rs");
include!("../common/exclusive.rs");

pub fn reset(idle: &mut Idle<Doorbell>) {
    idle.as_mut().project().work.set(IrqWork::new_static()); //[fail]
    _ = idle.as_mut().project().work; //[pass]
}

//# has_irq_work_behind_deref: E0609
//! expect-text: no field `work` on type `Doorbell`
//! The irq_work of another object, which this one derefs to, is not at the
//! offset that the macro computes.
//! pass: The field is the object's own.
#[pin_data]
pub struct Inner<T: IrqWorkCallback> {
    #[pin]
    work: IrqWork<T>,
}

#[pin_data]
pub struct Doorbell {
    #[pin]
    inner: Inner<Self>,
    #[pin] //[pass]
    work: IrqWork<Self>, //[pass]
}

impl Deref for Doorbell {
    type Target = Inner<Self>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# has_irq_work_by_hand: E0200
//! A wrong `HasIrqWork` makes the crate write to arbitrary memory: implementing
//! it is unsafe.
//! pass: Unsafe code says why it is right.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

include!("../common/arc.rs");

impl HasIrqWork for Doorbell { //[fail]
// SAFETY: Both functions concern `work`. //[pass]
unsafe impl HasIrqWork for Doorbell { //[pass]
    unsafe fn raw_get_irq_work(this: *const Self) -> *const IrqWork<Self> {
        // SAFETY: `this` points to an object.
        unsafe { &raw const (*this).work }
    }

    unsafe fn irq_work_container_of(work: *mut IrqWork<Self>) -> *mut Self {
        // SAFETY: `work` points to the field of an object.
        unsafe { kernel::container_of!(work, Self, work) }
    }
}

//# has_irq_work_of_other_object: E0308
//! An irq_work for objects of another type would run their callback on this
//! one.
//! pass: The irq_work is for the object that it is in.
include!("../common/doorbell.rs");
include!("../common/arc.rs");

#[pin_data]
pub struct Other {
    #[pin]
    work: IrqWork<Doorbell>, //[fail]
    work: IrqWork<Self>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Other { self.work }
}

impl IrqWorkCallback for Other {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

//# has_irq_work_smuggled_impl: E0277 uncoded
//! What stands for generics cannot be more than that: this would be `unsafe
//! impl Send for NotMine`, without a word of `unsafe` in the client.
//! pass: There are none.
pub struct NotMine(pub *mut u8);

#[pin_data]
pub struct Sampler {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl{> Send for NotMine {} #[cfg(any())] impl<T} HasIrqWork for Sampler { self.work } //[fail]
    impl{} HasIrqWork for Sampler { self.work } //[pass]
}

impl IrqWorkCallback for Sampler {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}

//# has_irq_work_twice: E0119
//! An object that has two irq_works must not give both: the one that is queued
//! would not be the one that the crate waits for.
//! pass: It has one.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    #[pin]
    pub other: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.other } //[fail]
} //[fail]

impl_has_irq_work! { //[fail]
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# has_irq_work_wrong_field: E0308
//! A field that is no irq_work would be overwritten as one.
//! pass: The field that the macro names is the irq_work.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.rung } //[fail]
    impl HasIrqWork for Doorbell { self.work } //[pass]
}

include!("../common/arc.rs");

//# object_of_subtype: E0308
//! The irq_work of an object calls the callback of the object's type. It must
//! not be taken for that of another type, not even a supertype, which may have
//! another callback.
//! pass: It is of its own type.
#[pin_data]
pub struct Doorbell<F: 'static + Send + Sync> {
    #[pin]
    work: IrqWork<Self>,
    _f: PhantomData<F>,
}

impl_has_irq_work! {
    impl{F: 'static + Send + Sync} HasIrqWork for Doorbell<F> { self.work }
}

impl<F: 'static + Send + Sync> IrqWorkCallback for Doorbell<F> {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

pub type Sub = Doorbell<for<'a> fn(&'a u8)>;
pub type Super = Doorbell<fn(&'static u8)>;

pub fn cast(object: &Sub) -> &Super { //[fail]
pub fn cast(object: &Sub) -> &Sub { //[pass]
    object
}
