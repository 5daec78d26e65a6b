// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}

//# token_in_device: E0277
//! A device that keeps the tokens of objects which know it is no more `Send`
//! than the rest of it.
//! pass: An object knows its device, which keeps the tokens of the object's
//! call.
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

//# token_in_own_object: E0277
//! A device that keeps the token of its own call is no more `Send` than the
//! rest of it.
//! pass: Both tokens of a call may be kept in the object itself.
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
