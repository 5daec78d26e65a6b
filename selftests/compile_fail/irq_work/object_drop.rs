// SPDX-License-Identifier: GPL-2.0
//! expect: E0119
//! An ordinary destructor gets a mutable reference without a pin, by which it
//! could move the irq_work.
//! pass: A pinned one does not.

include!("common/names.rs");

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

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
