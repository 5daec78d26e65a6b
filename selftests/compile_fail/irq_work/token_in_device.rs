// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps the tokens of works which know it is no more `Send` than
//! the rest of it.
//! pass: A work knows its device, which keeps the tokens of the work, of each
//! kind.

include!("common/names.rs");

use kernel::sync::Mutex;

#[pin_data]
pub struct Device {
    #[pin]
    shared: Mutex<Option<Handle<Arc<Shared>>>>,
    #[pin]
    boxed: Mutex<Option<Handle<Pin<KBox<Boxed>>>>>,
    #[pin]
    fixed: Mutex<Option<Handle<&'static Fixed>>>,
    #[pin]
    idle: Mutex<Option<Idle<Single>>>,
    #[pin]
    in_flight: Mutex<Option<InFlight<Single>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

#[pin_data]
pub struct Shared {
    #[pin]
    work: IrqWork<Self>,
    device: Arc<Device>,
}

impl_has_irq_work! {
    impl HasIrqWork for Shared { self.work }
}

impl IrqWorkCallback for Shared {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

#[pin_data]
pub struct Boxed {
    #[pin]
    work: IrqWork<Self>,
    device: Arc<Device>,
}

impl_has_irq_work! {
    impl HasIrqWork for Boxed { self.work }
}

impl IrqWorkCallback for Boxed {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}

#[pin_data]
pub struct Fixed {
    #[pin]
    work: IrqWork<Self>,
    device: Arc<Device>,
}

impl_has_irq_work! {
    impl HasIrqWork for Fixed { self.work }
}

impl IrqWorkCallback for Fixed {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

#[pin_data]
pub struct Single {
    #[pin]
    work: IrqWork<Self>,
    device: Arc<Device>,
    next: Option<InFlight<Self>>,
}

impl_has_irq_work! {
    impl HasIrqWork for Single { self.work }
}

impl IrqWorkCallback for Single {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
