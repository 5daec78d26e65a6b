// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps the tokens of objects which know it is no more `Send`
//! than the rest of it.
//! pass: An object knows its device, which keeps the tokens of the object's
//! call.

include!("common/names.rs");

use kernel::sync::Mutex;

#[pin_data]
pub struct Device {
    #[pin]
    boxed: Mutex<Option<InFlight<Pin<KBox<Boxed>>>>>,
    #[pin]
    boxed_idle: Mutex<Option<Idle<Pin<KBox<Boxed>>>>>,
    #[pin]
    shared: Mutex<Option<InFlight<Arc<Shared<Device>>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

#[pin_data]
pub struct Boxed {
    #[pin]
    csd: Csd<Self>,
    device: Arc<Device>,
    next: Option<InFlight<Pin<KBox<Self>>>>,
}

impl_has_csd! {
    impl HasCsd for Boxed { self.csd }
}

impl CsdCallback for Boxed {
    type Pointer = Pin<KBox<Self>>;
    type Output = Option<Arc<Device>>;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Option<Arc<Device>> {
        Some(this.device.clone())
    }
}

#[pin_data]
pub struct Shared<D: Send + Sync + 'static> {
    #[pin]
    csd: Csd<Self>,
    device: Arc<D>,
}

impl_has_csd! {
    impl{D: Send + Sync + 'static} HasCsd for Shared<D> { self.csd }
}

impl<D: Send + Sync + 'static> CsdCallback for Shared<D> {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
