// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# exclusive_closure_not_send: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//! The captures of an exclusive closure are used on another CPU.
//! pass: What it captures must be allowed to be sent.
pub fn make(bound: *mut u32) -> Result { //[fail]
pub fn make(bound: Cell<u32>) -> Result { //[pass]
    let _work = exclusive::new::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}

//# exclusive_capture_dropped_in_callback: E0507
//! An exclusive callback runs more than once too: it must leave what it
//! captured.
//! pass: What it takes out of an option is not there the next time.
pub fn give_up(text: KBox<[u8; 8]>) -> Result {
    let mut text = Some(text);
    let _work = exclusive::new::<Hard, _>(move |_| drop(text), GFP_KERNEL)?; //[fail]
    let _work = exclusive::new::<Hard, _>(move |_| drop(text.take()), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# exclusive_unscoped_borrow: E0597
//! The token of an exclusive work can be leaked too.
//! pass: What the callback owns is leaked with it.
pub fn count() -> Result {
    let mut count = 0;
    let count = &mut count; //[fail]
    let add = move |_: &_| *count += 1; //[fail]
    let add = move |_: &_| count += 1; //[pass]
    let _work = exclusive::new::<Hard, _>(add, GFP_KERNEL)?;
    Ok(())
}

//# exclusive_requeue: E0599
//! An exclusive callback has the mutable reference: it must not queue itself to
//! run on another CPU meanwhile.
//! pass: Others it may queue.
pub fn make<T: Counted>(other: Handle<Arc<T>>) -> Result {
    let _work = exclusive::new::<Hard, _>(
        move |cx| {
            _ = cx.requeue(); //[fail]
            _ = other.queue(); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# token_captured: E0277
//! Nor must the token in the context leave.
//! pass: A fact learned with it may.
pub fn keep() -> Result {
    let mut seen = None;
    _ = exclusive::new::<Hard, _>(move |cx| _ = seen.replace(cx), GFP_KERNEL)?; //[fail]
    _ = exclusive::new::<Hard, _>(move |cx| _ = seen.replace(cx.cpu()), GFP_KERNEL)?; //[pass]
    Ok(())
}
