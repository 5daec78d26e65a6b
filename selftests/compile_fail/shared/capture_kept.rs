// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! expect-text: borrowed data escapes outside of closure
//! What the callback has to itself is borrowed for one run.
//! pass: Its value may be kept.

include!("common/names.rs");

pub fn make() -> Result {
    let mut buffer = [0u8; 4];
    let mut kept = None;
    let keep = move |_: &Context<Serial>| _ = kept.replace(&mut buffer[0]); //[fail]
    let keep = move |_: &Context<Serial>| _ = kept.replace(u32::from(buffer[0])); //[pass]
    let _call = shared::serial(keep, GFP_KERNEL)?;
    Ok(())
}
