// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# forge_task_context: E0423
//! `TaskContext::new()` calls `might_sleep()`, which reports a false claim; a
//! tuple literal would not.
//! pass: The constructor checks.
use kernel::types::NotThreadSafe;

pub fn task() -> TaskContext {
    TaskContext(NotThreadSafe) //[fail]
    TaskContext::new() //[pass]
}

//# task_context_captured: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! expect-text: what takes a `&TaskContext` may sleep: do that in the task, not in the callback
//! expect-text: required because it appears within the type `TaskContext`
//! The right to sleep stays with its task: a callback cannot own it.
//! pass: A callback that does not use it is fine.
pub fn give(task: TaskContext) -> Result {
    drop(csd::new(move |_| size_of_val(&task), GFP_KERNEL)?); //[fail]
    drop(csd::new(move |_| size_of::<TaskContext>(), GFP_KERNEL)?); //[pass]
    Ok(())
}

//# task_context_returned: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! The right to sleep of a callback, a false claim by itself, must not go to
//! the waiter.
//! pass: A callback that returns nothing returns no rights.
pub fn take() -> Result {
    drop(csd::new(|_| TaskContext::new(), GFP_KERNEL)?); //[fail]
    drop(csd::new(|_| (), GFP_KERNEL)?); //[pass]
    Ok(())
}

//# task_context_sent: E0277
//! expect-text: required because it appears within the type `TaskContext`
//! The right to sleep is that of one task, and does not hold in another one.
//! pass: Each task makes its own.
use kernel::workqueue;

pub fn send(task: TaskContext) -> Result {
    workqueue::system().try_spawn(GFP_KERNEL, move || drop(task))?; //[fail]
    workqueue::system().try_spawn(GFP_KERNEL, move || drop(TaskContext::new()))?; //[pass]
    Ok(())
}

//# task_context_static: E0277
//! A right to sleep in a static would be there for callbacks too.
//! pass: Each task makes its own.
use kernel::sync::SetOnce;

pub static TASK: SetOnce<TaskContext> = SetOnce::new(); //[fail]
pub static TASK: SetOnce<fn() -> TaskContext> = SetOnce::new(); //[pass]
