// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# context_by_hand: E0451
//! A context that was made by hand, of the parts of another one or of others,
//! could queue anything.
//! pass: A client has no context to begin with.
pub fn keep(cx: Context<Hard>) -> Context<Hard> {
    Context { ..cx } //[fail]
    cx //[pass]
}

//# context_captured: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! A context in a variable of the caller would say that the callback still
//! runs.
//! pass: A fact learned with it may leave.
pub fn keep(task: &TaskContext) {
    let seen = SetOnce::new();
    let ring = |cx: &Context<Hard>| {
        seen.populate(cx); //[fail]
        seen.populate(cx.cpu()); //[pass]
    };
    irq_work::scope(task, ring, |_| ());
}

//# context_copied: E0507
//! A copy of the context could outlive the callback.
//! pass: A reference cannot.
pub fn make() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let _cx: Context<Hard> = *cx; //[fail]
            let _cx: &Context<Hard> = cx; //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# context_in_work: E0277
//! A callback must not hand its context on to another work.
//! pass: The other work has its own.
pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let other = irq_work::new::<Hard, _>(move |_| _ = cx.requeue(), GFP_ATOMIC); //[fail]
            let other = irq_work::new::<Hard, _>(move |cx| _ = cx.requeue(), GFP_ATOMIC); //[pass]
            drop(other);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# context_new: E0624
//! The constructor of a context is not for clients.
//! pass: They get it from the callback.
pub fn make() -> Result {
    let ring = |cx: &Context<Hard>| {
        let _cx = Context::<Hard>::new(ptr::null()); //[fail]
        let _cx = cx; //[pass]
    };
    let _work = irq_work::new(ring, GFP_KERNEL)?;
    Ok(())
}

//# context_returned: E0308
//! A callback returns nothing, not even its context.
//! pass: It ends.
pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(|cx| cx, GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(|_cx| (), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# context_sent: E0277
//! A context that another CPU had would queue a work that does not run, and may
//! be gone.
//! pass: A handle may be sent.
fn send(_: impl Send) {}

pub fn share<T: Counted>(cx: &Context<Hard>, handle: &Handle<Arc<T>>) {
    send(cx); //[fail]
    send(handle); //[pass]
}

//# context_static: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! A context that everybody could reach would be used by everybody.
//! pass: A function that takes one is no context.
pub static CONTEXT: Option<Context<Hard>> = None; //[fail]
pub static CONTEXT: Option<fn(&Context<Hard>)> = None; //[pass]
