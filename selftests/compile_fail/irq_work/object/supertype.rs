// SPDX-License-Identifier: GPL-2.0

//# has_irq_work_of_supertype: E0308
//! The irq_work of an object calls the callback of the object's type. That of a
//! supertype calls another one, which takes the address of another field for
//! its own.
//! pass: It is of its own type.
#![allow(coherence_leak_check)]

include!("../common/names.rs");

pub type Sub = Obj<for<'a> fn(&'a u8)>;
pub type Super = Obj<fn(&'static u8)>;

#[pin_data]
pub struct Obj<F: 'static + Send> {
    #[pin]
    a: IrqWork<Sub>,
    #[pin]
    b: IrqWork<Super>,
    _f: PhantomData<F>,
}

impl_has_irq_work! {
    impl HasIrqWork for Sub { self.b } //[fail]
    impl HasIrqWork for Sub { self.a } //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Super { self.b }
}

impl IrqWorkCallback for Sub {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

impl IrqWorkCallback for Super {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
