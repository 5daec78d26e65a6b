// SPDX-License-Identifier: GPL-2.0
//! expect: E0373
//! Outside a scope a closure must not capture the variables of its caller by
//! reference: the call may outlive them.
//! pass: Moved into the closure, they live as long as the call.

include!("common/names.rs");

pub fn cpu_after(skip: u32) -> Result {
    let idle = csd::new(|cx| cx.cpu().as_u32() + skip, GFP_KERNEL)?; //[fail]
    let idle = csd::new(move |cx| cx.cpu().as_u32() + skip, GFP_KERNEL)?; //[pass]
    drop(idle);
    Ok(())
}
