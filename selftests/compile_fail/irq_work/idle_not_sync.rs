// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! Sharing the token of an exclusive work shares its object, which may be a
//! `Cell`.
//! pass: The token of one in flight gives no access to it.

include!("common/names.rs");

pub fn share<T>(token: Idle<T>) -> Result //[fail]
pub fn share<T>(token: InFlight<T>) -> Result //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let _work = irq_work::new::<Hard, _>(move |_| _ = &token, GFP_KERNEL)?;
    Ok(())
}
