// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that flushes waits for itself: it cannot capture the right to
//! sleep.
//! pass: A task, which may sleep, flushes.

include!("common/names.rs");

pub fn handler(task: TaskContext) -> Result<Quiesced<Callback<()>>> {
    Callback::new( //[fail]
        move |_cx, _: &()| _ = flush_all(GracePeriod::Normal, &task), //[fail]
        GFP_KERNEL, //[fail]
    ) //[fail]
    flush_all(GracePeriod::Normal, &task)?; //[pass]
    Callback::new(move |_cx, _: &()| (), GFP_KERNEL) //[pass]
}
