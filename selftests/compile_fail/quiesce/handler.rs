// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# callbacks_swapped: E0596
//! expect-text: cannot borrow data in dereference of
//! A callback belongs to the closure behind it.
//! pass: The tokens have both.
use core::mem::swap;

pub fn exchange(a: &mut Quiesced<Callback<()>>, b: &mut Quiesced<Callback<()>>) {
    swap(&mut *a.as_mut(), &mut *b.as_mut()); //[fail]
    swap(a, b); //[pass]
}

//# closure_borrows: E0521
//! expect-text: borrowed data escapes outside of function
//! A handler may be leaked, and outlive what it borrows.
//! pass: It owns what it uses.
use core::sync::atomic::{
    AtomicBool,
    Ordering::Relaxed, //
};

pub fn handler(last: &AtomicBool) -> Result<Quiesced<Callback<bool>>> { //[fail]
pub fn handler(last: &'static AtomicBool) -> Result<Quiesced<Callback<bool>>> { //[pass]
    Callback::new(
        move |_cx, value: &bool| last.store(*value, Relaxed),
        GFP_KERNEL,
    )
}

//# flush_in_callback: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that flushes waits for itself: it cannot capture the right to
//! sleep.
//! pass: A task, which may sleep, flushes.
pub fn handler(task: TaskContext) -> Result<Quiesced<Callback<()>>> {
    Callback::new( //[fail]
        move |_cx, _: &()| _ = flush_all(GracePeriod::Normal, &task), //[fail]
        GFP_KERNEL, //[fail]
    ) //[fail]
    flush_all(GracePeriod::Normal, &task)?; //[pass]
    Callback::new(move |_cx, _: &()| (), GFP_KERNEL) //[pass]
}

//# handler_escapes: uncoded
//! expect-text: lifetime may not live long enough
//! The handler is there until the end of the read-side section.
//! pass: What is read there may leave.
pub fn current<'a>(slot: &'a Handler<u32>, cx: &IrqsOff) -> &'a u32 { //[fail]
    slot.with(cx, |handler| handler) //[fail]
pub fn current(slot: &Handler<u32>, cx: &IrqsOff) -> u32 { //[pass]
    slot.with(cx, |handler| *handler) //[pass]
}

//# ignore_quiescing: unused_must_use
//! expect-text: unused `Quiescing` that must be used
//! What was replaced should not go unnoticed.
//! pass: Dropping it is a decision.
pub fn replace(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) {
    slot.replace_async(new, cx); //[fail]
    drop(slot.replace_async(new, cx)); //[pass]
}

//# installed_before: E0308
//! expect-text: expected `Quiesced<u32>`, found `Quiescing<u32>`
//! A handler that CPUs may still be running is not installed again.
//! pass: Once none does it may be.
pub fn restore(slot: &Handler<u32>, old: Quiescing<u32>, task: &TaskContext) {
    let old = old.wait(GracePeriod::Normal, task); //[pass]
    drop(slot.replace(old, GracePeriod::Normal, task));
}

//# not_sync: E0277
//! expect-text: cannot be shared between threads safely
//! All CPUs see the same state.
//! pass: State that they may share.
use core::{
    cell::Cell,
    sync::atomic::AtomicU32, //
};

pub fn slot(state: Quiesced<Cell<u32>>) -> Handler<Cell<u32>> { //[fail]
pub fn slot(state: Quiesced<AtomicU32>) -> Handler<AtomicU32> { //[pass]
    Handler::new(state)
}

//# read_before: E0614
//! expect-text: type `Quiescing<u32>` cannot be dereferenced
//! The old handler cannot be read before the grace period either: its next
//! owner may write to it.
//! pass: After the grace period it is the owner's.
pub fn value(old: Quiescing<u32>, task: &TaskContext) -> u32 {
    let _ = task; //[fail]
    let old = old.wait(GracePeriod::Normal, task); //[pass]
    *old
}

//# replace_in_nmi: E0277
//! expect-text: `InNmi` is not a context in which an IPI may be sent
//! To start a grace period takes locks that the NMI may have hit.
//! pass: Any other context will do.
pub fn swap(slot: &Handler<u32>, new: Quiesced<u32>, cx: &InNmi) -> Quiescing<u32> { //[fail]
pub fn swap(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) -> Quiescing<u32> { //[pass]
    slot.replace_async(new, cx)
}

//# replace_with_irqs_off: E0308
//! expect-text: expected `&TaskContext`, found `&IrqsOff`
//! A callback cannot wait for a grace period: it may be what that waits for.
//! pass: It can replace the handler, and leave the wait to others.
pub fn interrupt(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) {
    drop(slot.replace(new, GracePeriod::Normal, cx)); //[fail]
    drop(slot.replace_async(new, cx)); //[pass]
}

//# slot_taken_while_read: E0505
//! expect-text: cannot move out of `slot` because it is borrowed
//! A slot is taken apart by its only user.
//! pass: After the read-side section the slot has no other user.
pub fn end(slot: Handler<u32>) -> (Quiesced<u32>, u32) {
    slot.read(|value| (slot.into_inner(), *value)) //[fail]
    let value = slot.read(|value| *value); //[pass]
    (slot.into_inner(), value) //[pass]
}

//# state_of_subtype: E0308
//! The reaper drops a state as the type that it was made of. It must not be
//! taken for another type, not even a supertype, which may be dropped
//! otherwise.
//! pass: As it is.
use core::marker::PhantomData;

pub struct State<F>(PhantomData<F>);

pub type Sub = State<for<'a> fn(&'a u8)>;
pub type Super = State<fn(&'static u8)>;

pub fn cast(state: Quiesced<Sub>) -> Quiesced<Super> { //[fail]
pub fn cast(state: Quiesced<Sub>) -> Quiesced<Sub> { //[pass]
    state
}

//# token_in_device: E0277
//! A device that keeps handlers which know it is no more `Send` than the rest
//! of it.
//! pass: A handler knows its device, which keeps it in a slot, or its tokens.
use kernel::sync::{
    Arc,
    Mutex, //
};

#[pin_data]
pub struct Device {
    interrupt: Handler<State<Device>>,
    submit: Handler<Callback<Device>>,
    #[pin]
    quiescing: Mutex<Option<Quiescing<State<Device>>>>,
    #[pin]
    quiesced: Mutex<Option<Quiesced<State<Device>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct State<D: Send + Sync>(pub Arc<D>);

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}

//# written_before: E0599
//! expect-text: no method named `as_mut`
//! CPUs may be reading the old state.
//! pass: After the grace period none is.
pub fn reset(mut old: Quiescing<u32>, task: &TaskContext) { //[fail]
    let _ = task; //[fail]
pub fn reset(old: Quiescing<u32>, task: &TaskContext) { //[pass]
    let mut old = old.wait(GracePeriod::Normal, task); //[pass]
    *old.as_mut() = 0;
}
