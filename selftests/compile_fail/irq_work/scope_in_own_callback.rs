// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! A callback that had a work of an inner scope could queue it when that has
//! ended.
//! pass: The body may queue it.

include!("common/names.rs");

use kernel::sync::SetOnce;

pub fn chain(task: &TaskContext) {
    let other = SetOnce::<&Scoped<Hard, fn(&Context<Hard>)>>::new();
    let ring = |_: &Context<Hard>| {
        _ = other.as_ref().map(|other| other.queue());
    };
    irq_work::scope(task, ring, |_| {
        let inner: fn(&Context<Hard>) = |_| ();
        irq_work::scope(task, inner, |inner| {
            other.populate(inner); //[fail]
            _ = inner.queue(); //[pass]
        });
    });
}
