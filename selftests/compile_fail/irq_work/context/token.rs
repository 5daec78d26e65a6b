// SPDX-License-Identifier: GPL-2.0

//# irqs_off_kept: uncoded
//! expect-text: lifetime may not live long enough
//! That interrupts are off holds until the callback ends.
//! pass: The reference lives as long as the borrow of the context.
include!("../common/names.rs");

pub fn keep(cx: &ThreadedOnRt) -> Option<&'static IrqsOff> { //[fail]
pub fn keep(cx: &ThreadedOnRt) -> Option<&IrqsOff> { //[pass]
    cx.irqs_off()
}

//# normal_as_irqs_off: E0308
//! expect-text: expected `&IrqsOff`, found `&Context<Normal>`
//! On PREEMPT_RT a normal work runs in a thread, interrupts on.
//! pass: A hard work runs with interrupts off on every kernel.
include!("../common/names.rs");

fn touch(_cx: &IrqsOff) {}

pub fn make() -> Result {
    let _work = irq_work::new::<Normal, _>(|cx| touch(cx), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(|cx| touch(cx), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# lazy_as_irqs_off: E0308
//! On PREEMPT_RT a lazy work runs in a thread, interrupts on.
//! pass: It can ask.
include!("../common/names.rs");

fn touch(_cx: &IrqsOff) {}

pub fn make() -> Result {
    let _work = irq_work::new::<Lazy, _>(
        |cx| {
            touch(cx); //[fail]
            cx.irqs_off().map(touch); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# threaded_as_irqs_off: E0308
//! Where interrupts may be off, they may be on: the token of such a context
//! must be asked.
//! pass: One that has been asked is as good as the other.
include!("../common/names.rs");

fn touch(_cx: &IrqsOff) {}

pub fn from_threaded(cx: &ThreadedOnRt) {
    touch(cx); //[fail]
    cx.irqs_off().map(touch); //[pass]
}

//# forge_threaded: E0133
//! A token that stands for a context is made where that is known: it is unsafe.
//! pass: The maker of the token says how the context is known.
include!("../common/names.rs");

pub fn forge() -> ThreadedOnRt {
    ThreadedOnRt::assume() //[fail]
    // SAFETY: Let us say that it is known, for this test. //[pass]
    unsafe { ThreadedOnRt::assume() } //[pass]
}

//# forge_in_nmi: E0133
//! A token that stands for a context is made where that is known: it is unsafe.
//! pass: The maker of the token says how the context is known.
include!("../common/names.rs");

pub fn forge() -> InNmi {
    InNmi::assume() //[fail]
    // SAFETY: Let us say that it is known, for this test. //[pass]
    unsafe { InNmi::assume() } //[pass]
}

//# forge_not_in_nmi: E0423
//! This token is the result of a check, which must not be left out.
//! pass: The check is cheap.
include!("../common/names.rs");

pub fn forge() -> Result<NotInNmi> {
    Ok(NotInNmi(NotThreadSafe)) //[fail]
    NotInNmi::new() //[pass]
}

//# may_send_ipi_by_hand: E0277
//! expect-text: `context::private::Sealed` is not implemented
//! A client could say that an NMI may send IPIs: the trait is sealed.
//! pass: A client's own trait does no harm.
include!("../common/names.rs");

pub trait Own {}

pub struct Handler<'a>(pub &'a InNmi);

impl MaySendIpi for Handler<'_> {} //[fail]
impl Own for Handler<'_> {} //[pass]

//# mode_by_hand: E0277
//! expect-text: `crosscall::irq_work::mode::private::Sealed` is not implemented
//! A mode of a client could promise that interrupts are off where they are not:
//! the trait is sealed.
//! pass: A client's own trait does no harm.
include!("../common/names.rs");

pub trait Own {
    type Token: MaySendIpi;
    const FLAGS: c_uint;

    /// # Safety
    ///
    /// As for a mode.
    unsafe fn token<'a>() -> &'a Self::Token;
}

pub struct Threaded;

impl Mode for Threaded { //[fail]
impl Own for Threaded { //[pass]
    type Token = IrqsOff;
    const FLAGS: c_uint = 0;

    unsafe fn token<'a>() -> &'a IrqsOff {
        // SAFETY: Wrong.
        unsafe { core::ptr::NonNull::dangling().as_ref() }
    }
}

//# mode_token: E0133
//! The token of a mode is for the code that calls its callbacks.
//! pass: Such code knows why it is right.
include!("../common/names.rs");

pub fn forge() -> &'static <Hard as Mode>::Token {
    Hard::token() //[fail]
    // SAFETY: Let us say that it is, for this test. //[pass]
    unsafe { Hard::token() } //[pass]
}

//# seal_private: E0603
//! expect-text: module `private` is private
//! What seals `MaySendIpi` must not be nameable.
//! pass: The trait itself is, for bounds.
include!("../common/names.rs");

pub use crosscall::context::private::Sealed; //[fail]
pub use crosscall::context::MaySendIpi as Sealed; //[pass]

//# state_private: E0603
//! expect-text: module `state` is private
//! The state of a work is what all of this relies on.
//! pass: What clients may know of it, they are told.
include!("../common/names.rs");

pub use crosscall::irq_work::state::State; //[fail]
pub use crosscall::irq_work::IrqWork as State; //[pass]

//# internals_private: E0603
//! expect-text: module `raw` is private
//! The work without its callback's type would let a client queue it without a
//! handle.
//! pass: Clients see the type that embeds it, which has no such method.
pub use crosscall::irq_work::raw::RawIrqWork as IrqWork; //[fail]
pub use crosscall::irq_work::IrqWork; //[pass]
