// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! A scoped work that moved would leave the C irq_work in a list.
//! pass: It stays where it is.

include!("common/names.rs");

pub fn take(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            drop(*work); //[fail]
            _ = *work; //[pass]
        },
    );
}
