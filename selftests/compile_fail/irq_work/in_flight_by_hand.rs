// SPDX-License-Identifier: GPL-2.0
//! expect: E0451
//! Two rights to wait would give two rights to queue.
//! pass: It is handed on.

include!("common/names.rs");

pub fn forge<T>(in_flight: InFlight<T>) -> InFlight<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    InFlight { ..in_flight } //[fail]
    in_flight //[pass]
}
