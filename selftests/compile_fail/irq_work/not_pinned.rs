// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A C irq_work and its place in the registry must not move: a field that is
//! not marked as pinned cannot be initialised.
//! pass: One that is marked can.

include!("common/names.rs");

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

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
