// SPDX-License-Identifier: GPL-2.0
//! expect: E0477
//! Outside a scope the object must own what it uses, or share what is there for
//! good.
//! pass: What is there for good may be borrowed.

include!("common/names.rs");

use kernel::sync::atomic::Atomic;

#[pin_data]
pub struct Doorbell<'a> { //[fail]
pub struct Doorbell { //[pass]
    #[pin]
    work: IrqWork<Self>,
    pub rung: &'a Atomic<u32>, //[fail]
    pub rung: &'static Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl{'a} HasIrqWork for Doorbell<'a> { self.work } //[fail]
    impl HasIrqWork for Doorbell { self.work } //[pass]
}

impl<'a> IrqWorkCallback for Doorbell<'a> { //[fail]
impl IrqWorkCallback for Doorbell { //[pass]
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
