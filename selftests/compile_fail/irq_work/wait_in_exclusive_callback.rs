// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//! An exclusive callback, which need not be `Sync`, cannot capture the right to
//! sleep either.
//! pass: It may ask whether another work has ended.

include!("common/names.rs");

pub fn nest<T>(in_flight: InFlight<T>, task: TaskContext) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let mut in_flight = Some(in_flight);
    let _work = exclusive::new::<Hard, _>(
        move |_| {
            drop(in_flight.take().map(|other| other.wait(&task))); //[fail]
            drop(in_flight.take().map(|other| other.try_wait())); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
