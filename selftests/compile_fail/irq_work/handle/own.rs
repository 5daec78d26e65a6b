// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# clone_box_handle: E0277
//! The only handle of a box gives the object back: a second handle must not
//! exist.
//! pass: Those of an `Arc` can be cloned.
fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Handle<Pin<KBox<T>>>) //[fail]
pub fn clone<T>(handle: &Handle<Arc<T>>) //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[pass]
{
    two(handle);
}

//# box_handle_shared: E0599
//! The object of a box has one owner.
//! pass: The object can be borrowed.
pub fn share<T: Boxed>(handle: &Handle<Pin<KBox<T>>>) -> &T {
    handle.shared() //[fail]
    handle //[pass]
}

//# box_handle_as_mut: E0594
//! The only handle of a box is not the only reference to its object, which the
//! callback may be using.
//! pass: It may be read.
include!("../common/rung.rs");
include!("../common/box.rs");

pub fn reset(handle: &mut Handle<Pin<KBox<Doorbell>>>) -> u32 {
    handle.rung = 0; //[fail]
    handle.rung
}

//# arc_handle_as_mut: E0599
//! A handle must not give a mutable reference: other handles, and the
//! callbacks, have the object too.
//! pass: It gives a shared one.
pub fn object<T: Counted>(handle: &mut Handle<Arc<T>>) -> Arc<T> {
    handle.as_mut() //[fail]
    handle.shared() //[pass]
}

//# into_inner_of_shared: E0599
//! The object of an `Arc` may have other handles: it cannot be taken back.
//! pass: It can be shared.
pub fn take<T: Counted>(handle: Handle<Arc<T>>, task: &TaskContext) -> Arc<T> {
    handle.into_inner(task) //[fail]
    handle.shared() //[pass]
}

//# into_inner_in_callback: E0308
//! Taking the object back waits for its callbacks, and for RCU: a callback
//! cannot.
//! pass: It may drop the handle. A workqueue drops the object.
pub fn free<T: Boxed>(handle: Handle<Pin<KBox<T>>>) -> Result {
    let mut handle = Some(handle);
    let free = move |cx: &IrqsOff| {
        drop(handle.take().map(|handle| handle.into_inner(cx))); //[fail]
        drop(handle.take()); //[pass]
    };
    let _work = exclusive::new::<Hard, _>(free, GFP_KERNEL)?;
    Ok(())
}

//# into_inner_while_borrowed: E0505
//! The object may be freed once it is taken back: no reference to it must be
//! left.
//! pass: The borrow has ended before.
include!("../common/rung.rs");
include!("../common/box.rs");

pub fn take(handle: Handle<Pin<KBox<Doorbell>>>, task: &TaskContext) -> u32 {
    let rung = &handle.rung; //[fail]
    let rung = &handle.rung.clone(); //[pass]
    drop(handle.into_inner(task));
    *rung
}

//# into_pointer: E0624
//! The function that takes an object back without asking whether there are
//! other handles is not for clients.
//! pass: They have one that cannot go wrong.
pub fn take<T: Boxed>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Pin<KBox<T>> {
    handle.into_pointer(task) //[fail]
    handle.into_inner(task) //[pass]
}

//# use_after_into_inner: E0382
//! Taking the object back gives up the right to queue it.
//! pass: The object can be given a handle again.
pub fn again<T: Boxed>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Result<bool> {
    let object = handle.into_inner(task);
    let handle = Handle::from(object); //[pass]
    handle.queue()
}

//# dropped_while_borrowed: E0505
//! What a handle gives access to goes with it.
//! pass: The borrow has ended before.
include!("../common/rung.rs");
include!("../common/arc.rs");

pub fn give_up(handle: Handle<Arc<Doorbell>>) -> u32 {
    let rung = &handle.rung; //[fail]
    let rung = &handle.rung.clone(); //[pass]
    drop(handle);
    *rung
}

//# handle_in_own_object: E0277
//! A device that keeps a handle of its own work is no more `Send` than the rest
//! of it.
//! pass: A handle may be kept in the object itself. (It is dropped by hand, or
//! the object stays.)
#[pin_data]
pub struct Device {
    #[pin]
    work: IrqWork<Self>,
    #[pin]
    handle: SpinLock<Option<Handle<Arc<Self>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Device { self.work }
}

impl IrqWorkCallback for Device {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}

//# token_in_device: E0277
//! A device that keeps the tokens of works which know it is no more `Send` than
//! the rest of it.
//! pass: A work knows its device, which keeps the tokens of the work, of each
//! kind.
#[pin_data]
pub struct Device {
    #[pin]
    shared: Mutex<Option<Handle<Arc<Shared>>>>,
    #[pin]
    boxed: Mutex<Option<Handle<Pin<KBox<Pinned>>>>>,
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
pub struct Pinned {
    #[pin]
    work: IrqWork<Self>,
    device: Arc<Device>,
}

impl_has_irq_work! {
    impl HasIrqWork for Pinned { self.work }
}

impl IrqWorkCallback for Pinned {
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
