// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# exclusive_context: E0053
//! An exclusive callback must not take the context by which others queue
//! themselves.
//! pass: It takes the token of its mode.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[pass]
}

//# exclusive_mut_kept: E0308
//! What an exclusive callback gets ends with it: then the token gives the next
//! mutable reference.
//! pass: The callback works for any lifetime.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&'static mut Self>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[pass]
}

//# mode_of_exclusive: E0053
//! An exclusive callback must not take the token of another mode than its own.
//! pass: It takes its own.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Lazy;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &ThreadedOnRt) {} //[pass]
}

//# exclusive_not_send: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//! The callback uses an exclusive object on another CPU: it must be `Send`.
//! pass: A `Cell` is; it need not be `Sync`.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: *mut u32, //[fail]
    pub rung: Cell<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/exclusive.rs");

//# as_mut_over_queue: E0505
//! A mutable reference that was made before the queueing must not be used after
//! it.
//! pass: Before it, it may.
include!("../common/rung.rs");
include!("../common/exclusive.rs");

pub fn change(mut idle: Idle<Doorbell>) -> Result<InFlight<Doorbell>> {
    let object = idle.as_mut().project();
    let in_flight = idle.queue()?; //[fail]
    *object.rung = 1;
    let in_flight = idle.queue()?; //[pass]
    Ok(in_flight)
}

//# exclusive_into_inner_while_borrowed: E0505
//! An exclusive object may be freed too, once it is taken back.
//! pass: The borrow has ended before.
include!("../common/rung.rs");
include!("../common/exclusive.rs");

pub fn take(idle: Idle<Doorbell>, task: &TaskContext) -> u32 {
    let rung = &idle.rung; //[fail]
    let rung = &idle.rung.clone(); //[pass]
    drop(idle.into_inner(task));
    *rung
}

//# read_in_flight: E0609
//! While an exclusive work is in flight, its callback writes to the object:
//! even reading is a race.
//! pass: After the wait the token gives access.
include!("../common/rung.rs");
include!("../common/exclusive.rs");

pub fn read(in_flight: InFlight<Doorbell>, task: &TaskContext) -> u32 {
    in_flight.rung //[fail]
    in_flight.wait(task).rung //[pass]
}

//# object_borrowed_over_queue: E0505
//! A shared reference that was made before the queueing must not be used after
//! it: the callback writes.
//! pass: Before it, it may.
include!("../common/rung.rs");
include!("../common/exclusive.rs");

pub fn read(idle: Idle<Doorbell>) -> Result<(InFlight<Doorbell>, u32)> {
    let rung = &idle.rung; //[fail]
    let rung = &idle.rung.clone(); //[pass]
    let in_flight = idle.queue()?;
    Ok((in_flight, *rung))
}

//# exclusive_work_swapped: E0308
//! The irq_works of two objects must not change places, even where the objects
//! may be written to.
//! pass: Other fields may.
include!("../common/rung.rs");
include!("../common/exclusive.rs");

pub fn swap(a: &mut Idle<Doorbell>, b: &mut Idle<Doorbell>) {
    mem::swap(&mut *a.as_mut().project().work, b.as_mut().project().rung); //[fail]
    mem::swap(&mut *a.as_mut().project().rung, b.as_mut().project().rung); //[pass]
}

//# new_static_of_exclusive: E0271
//! If this compiled, the swap would: the field need not be pinned, so that the
//! object is `Unpin`, and the token gives a mutable reference to it. The
//! irq_work of `a`, which C or the registry may have in a list, would then be
//! in `b`.
//! pass: A static object can be swapped before it is one, and never after.
#[pin_data]
pub struct Doorbell {
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>; //[fail]
    type Pointer = &'static Self; //[pass]

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: &'static Self, _cx: &Context<Hard>) {} //[pass]
}

impl Doorbell {
    pub const fn new() -> Self {
        Self {
            work: IrqWork::new_static(),
        }
    }
}

pub fn swap(a: &mut Idle<Doorbell>, b: &mut Idle<Doorbell>) { //[fail]
    mem::swap(a.as_mut().get_mut(), b.as_mut().get_mut()); //[fail]
pub fn swap(a: &mut Doorbell, b: &mut Doorbell) { //[pass]
    mem::swap(a, b); //[pass]
}
