// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! The call may outlive its maker: a callback borrows nothing.
//! pass: It may share.

include!("common/names.rs");

use kernel::sync::{
    atomic::{
        ordering::Relaxed,
        Atomic, //
    },
    Arc, //
};

pub fn make() -> Result {
    let count = Atomic::<u64>::new(0); //[fail]
    let its = &count; //[fail]
    let count = Arc::new(Atomic::<u64>::new(0), GFP_KERNEL)?; //[pass]
    let its = count.clone(); //[pass]
    let _call = shared::serial(move |cx| its.store(cx.attempts(), Relaxed), GFP_KERNEL)?;
    Ok(())
}
