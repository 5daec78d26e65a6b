// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps the token of its own call is no more `Send` than the
//! rest of it.
//! pass: Both tokens of a call may be kept in the object itself.

include!("common/names.rs");

use kernel::sync::{
    Mutex,
    SpinLock, //
};

#[pin_data]
pub struct Device {
    #[pin]
    csd: Csd<Self>,
    #[pin]
    in_flight: SpinLock<Option<InFlight<Arc<Self>>>>,
    #[pin]
    idle: Mutex<Option<Idle<Arc<Self>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

impl_has_csd! {
    impl HasCsd for Device { self.csd }
}

impl CsdCallback for Device {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
