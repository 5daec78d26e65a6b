// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The irq_work of an object calls the callback of the object's type. It must
//! not be taken for that of another type, not even a supertype, which may have
//! another callback.
//! pass: It is of its own type.

include!("common/names.rs");

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
