// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! One wait gives the right to queue back, two would give two.
//! pass: Another one takes another queueing.

include!("common/names.rs");

pub fn twice<T>(in_flight: InFlight<T>, task: &TaskContext) -> Result<(Idle<T>, Option<Idle<T>>)>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let idle = in_flight.wait(task);
    Ok((idle, Some(in_flight.wait(task)))) //[fail]
    Ok((idle, None)) //[pass]
}
