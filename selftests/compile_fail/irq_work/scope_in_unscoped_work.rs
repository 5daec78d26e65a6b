// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! An unscoped work would keep a scoped one for longer than that is there.
//! pass: A scoped work in the same scope may queue it.

include!("common/names.rs");

pub fn escape(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            let ring = move |_: &Context<Hard>| _ = work.queue();
            drop(irq_work::new(ring, GFP_KERNEL)); //[fail]
            irq_work::scope(task, ring, |_| ()); //[pass]
        },
    );
}
